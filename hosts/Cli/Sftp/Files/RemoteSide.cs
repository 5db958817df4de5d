using System.IO;
using SshCore.Blocking;
using SshCore.Cli.Sftp.Commands;
using SshCore.Hosts.Sftp;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp.Files;

/// <summary>The files of a server.</summary>
internal sealed class RemoteSide : FileSide
{
    internal RemoteSide(SftpClient client) => Client = client;

    internal SftpClient Client { get; }

    internal override SftpAttributes? Find(SftpPath path, bool followLinks)
    {
        try
        {
            return followLinks ? Client.Stat(path) : Client.LStat(path);
        }
        catch (SftpException e) when (e.Status == SftpStatusCode.NoSuchFile)
        {
            return null;
        }
        catch (SftpException e)
        {
            throw Failed($"remote stat \"{Show(path)}\"", e);
        }
    }

    internal override IEnumerable<SftpFileName> List(SftpPath directory)
    {
        using IEnumerator<SftpFileName> names = Client.ListDirectory(directory).GetEnumerator();
        while (true)
        {
            try
            {
                if (!names.MoveNext())
                {
                    yield break;
                }
            }
            catch (SftpException e)
            {
                throw Failed($"remote readdir(\"{Show(directory)}\")", e);
            }

            // A name with a slash is no name: it would lead out of where it is put.
            if (IsPlainName(names.Current.Name))
            {
                yield return names.Current;
            }
        }
    }

    internal override OpenFile OpenRead(SftpPath path)
    {
        try
        {
            return new RemoteFile(Client, path, Client.Open(path));
        }
        catch (SftpException e)
        {
            throw Failed($"remote open \"{Show(path)}\"", e);
        }
    }

    internal override OpenFile OpenWrite(SftpPath path, uint permissions, long offset)
    {
        try
        {
            var attributes = new SftpAttributes { Permissions = permissions };
            SftpFileStream stream = Client.Open(path, offset == 0 ? FileMode.Create : FileMode.OpenOrCreate, FileAccess.Write, attributes);
            stream.Position = offset;
            return new RemoteFile(Client, path, stream);
        }
        catch (SftpException e)
        {
            throw Failed($"remote open \"{Show(path)}\"", e);
        }
    }

    internal override bool EnsureDirectory(SftpPath path, uint permissions)
    {
        try
        {
            Client.Mkdir(path, permissions);
            return false;
        }
        catch (SftpException e)
        {
            if (Find(path, followLinks: true) is not { } there)
            {
                throw Failed($"remote mkdir \"{Show(path)}\"", e);
            }

            if (!there.IsDirectory)
            {
                throw new SftpCommandException($"\"{Show(path)}\" exists but is not a directory", e);
            }

            return true;
        }
    }

    internal override void SetAttributes(SftpPath path, SftpAttributes attributes)
    {
        try
        {
            Client.SetStat(path, attributes);
        }
        catch (SftpException e)
        {
            throw Failed($"remote setstat \"{Show(path)}\"", e);
        }
    }

    internal override SftpPath Normalize(SftpPath path)
    {
        try
        {
            return Client.Normalize(path);
        }
        catch (SftpException e)
        {
            throw Failed($"realpath {Show(path)}", e);
        }
    }

    /// <summary>A failure of the server in the words of OpenSSH.</summary>
    internal static SftpCommandException Failed(string what, SftpException cause) => new($"{what}: {Reason(cause.Status, cause.ServerMessage)}", cause);

    private sealed class RemoteFile(SftpClient client, SftpPath path, SftpFileStream stream) : OpenFile
    {
        internal override Stream Stream => stream;

        internal override long? Length => stream.Length;

        internal override int Read(long offset, Memory<byte> buffer)
        {
            MoveTo(offset);
            return stream.Read(buffer.Span);
        }

        internal override void Write(long offset, ReadOnlyMemory<byte> data)
        {
            MoveTo(offset);
            stream.Write(data.Span);
        }

        internal override void SetAttributes(SftpAttributes attributes)
        {
            try
            {
                stream.SetStat(attributes);
            }
            catch (SftpException e)
            {
                throw Failed($"remote fsetstat \"{Show(path)}\"", e);
            }
        }

        internal override bool TrySync()
        {
            if (!client.Supports(SftpExtensionNames.FSync))
            {
                return false;
            }

            try
            {
                stream.Fsync();
                return true;
            }
            catch (SftpException e)
            {
                throw Failed($"remote fsync \"{Show(path)}\"", e);
            }
        }

        internal override void Close()
        {
            try
            {
                stream.Flush();
                stream.Dispose();
            }
            catch (SftpException e)
            {
                throw Failed($"write remote \"{Show(path)}\"", e);
            }
        }

        public override void Dispose()
        {
            try
            {
                stream.Dispose();
            }
            catch (SshCore.Hosts.SshException)
            {
                // Why the transfer failed is told already.
            }
        }

        private void MoveTo(long offset)
        {
            if (stream.Position != offset)
            {
                stream.Position = offset;
            }
        }
    }
}
