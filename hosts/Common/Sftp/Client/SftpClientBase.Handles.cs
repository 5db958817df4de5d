using System.IO;
using System.Threading.Tasks;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <content>Handles, files and listings. Written once for both hosts.</content>
public abstract partial class SftpClientBase
{
    /// <summary>Opens; if the caller gives up, the handle is closed as soon as it comes.</summary>
    private protected async ValueTask<SftpHandle> OpenHandleCore(SftpCall call, SftpPath path, SftpOpenFlags flags, SftpAttributes attributes)
    {
        path = Resolve(path);
        return await HandleCore(call, BeginHandle("open", path, (m, r) => m.Open(path, flags, attributes, r)), "open").ConfigureAwait(false);
    }

    private protected async ValueTask<SftpHandle> OpenDirectoryCore(SftpCall call, SftpPath path)
    {
        path = Resolve(path);
        var sent = path.IsEmpty ? "." : path;
        return await HandleCore(call, BeginHandle("list", sent, (m, r) => m.OpenDirectory(sent, r)), "opendir").ConfigureAwait(false);
    }

    private protected async ValueTask<bool> CloseHandleCore(SftpCall call, SftpHandle handle, SftpPath path) =>
        await Session.For(call, BeginStatus("close", path, (m, r) => m.Close(handle, r)), "close").ConfigureAwait(false);

    /// <summary>Closes a handle whose fate nobody wants to know.</summary>
    private protected void Forget(SftpHandle handle)
    {
        lock (Session.Driver.Gate)
        {
            Session.CloseLocked(handle);
        }

        Session.Driver.Kick();
    }

    private protected async ValueTask<SftpFileStream> OpenCore(SftpCall call, SftpPath path, FileMode mode, FileAccess access, SftpAttributes attributes)
    {
        var flags = Flags(mode, access);
        path = Resolve(path);
        var handle = await OpenHandleCore(call, path, flags, attributes).ConfigureAwait(false);
        var file = new SftpFileStream(this, handle, path, access, (flags & SftpOpenFlags.Append) != 0);
        if (mode == FileMode.Append)
        {
            try
            {
                file.StartAt((long)((await file.StatCore(call).ConfigureAwait(false)).Size ?? 0));
            }
            catch
            {
                Forget(handle);
                throw;
            }
        }

        return file;
    }

    private protected async ValueTask<SftpDirectoryReader> ListCore(SftpCall call, SftpPath path) =>
        new(Session, await OpenDirectoryCore(call, path).ConfigureAwait(false), Resolve(path));

    /// <summary>What .NET's ways to open a file are on the wire.</summary>
    internal static SftpOpenFlags Flags(FileMode mode, FileAccess access)
    {
        if (access is < FileAccess.Read or > FileAccess.ReadWrite)
        {
            throw new ArgumentOutOfRangeException(nameof(access), access, "Read, Write or ReadWrite.");
        }

        if (mode is FileMode.Append && (access & FileAccess.Read) != 0)
        {
            throw new ArgumentException("Appending goes with Write alone.", nameof(access));
        }

        if (mode is FileMode.Truncate or FileMode.Create or FileMode.CreateNew && (access & FileAccess.Write) == 0)
        {
            throw new ArgumentException($"{mode} needs write access.", nameof(access));
        }

        var flags = ((access & FileAccess.Read) != 0 ? SftpOpenFlags.Read : 0) | ((access & FileAccess.Write) != 0 ? SftpOpenFlags.Write : 0);
        return flags | mode switch
        {
            FileMode.CreateNew => SftpOpenFlags.Create | SftpOpenFlags.Exclusive,
            FileMode.Create => SftpOpenFlags.Create | SftpOpenFlags.Truncate,
            FileMode.Open => SftpOpenFlags.None,
            FileMode.OpenOrCreate => SftpOpenFlags.Create,
            FileMode.Truncate => SftpOpenFlags.Truncate,
            FileMode.Append => SftpOpenFlags.Create | SftpOpenFlags.Append,
            _ => throw new ArgumentOutOfRangeException(nameof(mode), mode, "Not a mode."),
        };
    }

    private HostOperation<SftpHandle> BeginHandle(string operation, SftpPath path, Action<SftpClientMachine, object> send) =>
        Session.Begin(operation, path, send, static (SftpSession _, in SftpReply reply) => reply.Handle!);

    private async ValueTask<SftpHandle> HandleCore(SftpCall call, HostOperation<SftpHandle> operation, string what)
    {
        try
        {
            return await Session.For(call, operation, what).ConfigureAwait(false);
        }
        catch (Exception ex) when (ex is OperationCanceledException or SshTimeoutException)
        {
            lock (Session.Driver.Gate)
            {
                // Either it has come between giving up and here, or it will find nobody.
                operation.IsAbandoned = true;
                if (operation.IsDone && operation.TryGetResult(out var late))
                {
                    Session.CloseLocked(late);
                }
            }

            Session.Driver.Kick();
            throw;
        }
    }
}
