using System.Runtime.InteropServices;
using SshCore.Native.Boundary;
using SshCore.Native.Events;
using SshCore.Native.Objects;
using SshCore.Native.Sftp;
using SshCore.Native.Structs;
using SshCore.Sftp;

namespace SshCore.Native.Exports;

/// <summary>Both ends of SFTP, attached to a channel or fed by hand.</summary>
internal static unsafe class SftpExports
{
    private const int MostNames = 64 * 1024;

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_client_new")]
    internal static Result ClientNew(nint options, nint sftp) => Guard.Free((options, sftp), static a =>
    {
        In.Need(a.sftp, "sftp");
        var o = Sized.ReadOptional<SftpOptionsStruct>(a.options, "options");
        return new SftpObject(new SftpClientMachine(SftpOptionsReader.Limits(o))).Publish(a.sftp);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_server_new")]
    internal static Result ServerNew(nint options, nint sftp) => Guard.Free((options, sftp), static a =>
    {
        In.Need(a.sftp, "sftp");
        var o = Sized.ReadOptional<SftpOptionsStruct>(a.options, "options");
        var machine = new SftpServerMachine(SftpOptionsReader.Extensions(o), In.Names(o.Hashes, "hashes"), SftpOptionsReader.Limits(o));
        return new SftpObject(machine).Publish(a.sftp);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_free")]
    internal static Result Free(nint sftp) => Guard.Drop<SftpObject>(sftp);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_attach")]
    internal static Result Attach(nint connection, uint channel, nint sftp) =>
        Guard.On(connection, (channel, sftp), static (ConnectionObject c, (uint Channel, nint Sftp) a) =>
            In.Object<SftpObject>(a.Sftp, "sftp").AttachTo(c, a.Channel));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_receive")]
    internal static Result Receive(nint sftp, nint data, nuint length, nint taken) =>
        Guard.On(sftp, (data, length, taken), static (SftpObject o, (nint Data, nuint Length, nint Taken) a) =>
        {
            In.Need(a.Taken, "taken");
            Out.Write(a.Taken, (nuint)o.Detached.Receive(In.Bytes(a.Data, a.Length, "data")));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_receive_end")]
    internal static Result ReceiveEnd(nint sftp) => Guard.On(sftp, 0, static (SftpObject o, int _) =>
    {
        o.Detached.ReceiveEnd();
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_output")]
    internal static Result Output(nint sftp, nint data, nint length) =>
        Guard.On(sftp, (data, length), static (SftpObject o, (nint Data, nint Length) a) =>
        {
            In.Need(a.Data, "data");
            In.Need(a.Length, "length");
            Out.Write(a.Data, o.Output(out int length));
            Out.Write(a.Length, (nuint)length);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_output_advance")]
    internal static Result OutputAdvance(nint sftp, nuint count) => Guard.On(sftp, count, static (SftpObject o, nuint count) =>
    {
        o.Detached.AdvanceOutput(In.Count(count, "count"));
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_error")]
    internal static Result Error(nint sftp, nint error) => Guard.On(sftp, error, static (SftpObject o, nint destination) =>
    {
        Sized.Need<ErrorStruct>(destination, "error");
        var error = o.Machine.Error;
        Sized.Write(destination, new ErrorStruct
        {
            Kind = (uint)(error is null ? ErrorKind.None : ErrorKinds.For(error.Kind)),
            Reason = (uint)(error?.Reason ?? 0),
            Message = o.Texts.Text(error?.Message),
            Expected = o.Texts.Text(error?.Expected),
            Got = o.Texts.Text(error?.Got),
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_send")]
    internal static Result Send(nint sftp, nint request, nint id) =>
        Guard.On(sftp, (request, id), static (SftpObject o, (nint Request, nint Id) a) =>
        {
            Out.Write(a.Id, SftpSender.Send(o, Sized.Read<FileRequestStruct>(a.Request, "request")));
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_write")]
    internal static Result Write(nint sftp, ulong handle, ulong offset, nint data, nuint length, nint id, nint taken) =>
        Guard.On(sftp, (handle, offset, data, length, id, taken), static (SftpObject o, (ulong Handle, ulong Offset, nint Data, nuint Length, nint Id, nint Taken) a) =>
        {
            In.Need(a.Taken, "taken");
            Out.Write(a.Taken, (nuint)SftpSender.Write(o, a.Handle, a.Offset, In.Bytes(a.Data, a.Length, "data"), out uint number));
            Out.Write(a.Id, number);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_io_lengths")]
    internal static Result IoLengths(nint sftp, nint read, nint write) =>
        Guard.On(sftp, (read, write), static (SftpObject o, (nint Read, nint Write) a) =>
        {
            var client = o.Client;
            Out.Write(a.Read, (nuint)client.ReadLength);
            Out.Write(a.Write, (nuint)client.WriteLength);
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_supports")]
    internal static Result Supports(nint sftp, nint extension) => Guard.On(sftp, extension, static (SftpObject o, nint extension) =>
        o.Client.Supports(In.Text(extension, "extension")) ? Result.Ok
            : throw new NativeException(Result.Unsupported, "The server did not announce the extension."));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_poll_reply")]
    internal static Result PollReply(nint sftp, nint reply) => Guard.On(sftp, reply, static (SftpObject o, nint destination) =>
    {
        Sized.Need<FileReplyStruct>(destination, "reply");
        o.PollReply(out var reply);
        Sized.Write(destination, reply);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_reply_name")]
    internal static Result ReplyName(nint sftp, nuint index, nint name) =>
        Guard.On(sftp, (index, name), static (SftpObject o, (nuint Index, nint Name) a) =>
        {
            Sized.Need<FileNameStruct>(a.Name, "name");
            var names = o.Reply.Names;
            if (a.Index >= (nuint)names.Count)
            {
                throw new NativeException(Result.Argument, $"The reply has {names.Count} names.");
            }

            var name = names[(int)a.Index];
            Sized.Write(a.Name, new FileNameStruct
            {
                Name = o.Texts.Bytes(name.Name.Span),
                NameLength = (nuint)name.Name.Length,
                LongName = o.Texts.Bytes(name.LongName.Span),
                LongNameLength = (nuint)name.LongName.Length,
                Attributes = FileAttributes.Write(name.Attributes, o.Texts),
            });
            return Result.Ok;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_reply_file_system")]
    internal static Result ReplyFileSystem(nint sftp, nint fileSystem) => Guard.On(sftp, fileSystem, static (SftpObject o, nint destination) =>
    {
        Sized.Need<FileSystemStruct>(destination, "file_system");
        if (o.Reply.Kind != SftpReplyKind.FileSystem)
        {
            throw new NativeException(Result.State, "The last reply does not have the figures of a volume.");
        }

        var v = o.Reply.FileSystem;
        Sized.Write(destination, new FileSystemStruct
        {
            BlockSize = v.BlockSize,
            FragmentSize = v.FragmentSize,
            Blocks = v.Blocks,
            FreeBlocks = v.FreeBlocks,
            AvailableBlocks = v.AvailableBlocks,
            Files = v.Files,
            FreeFiles = v.FreeFiles,
            AvailableFiles = v.AvailableFiles,
            Id = v.FileSystemId,
            Flags = v.Flags,
            MaximumNameLength = v.MaximumNameLength,
        });
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_poll_request")]
    internal static Result PollRequest(nint sftp, nint request) => Guard.On(sftp, request, static (SftpObject o, nint destination) =>
    {
        Sized.Need<FileRequestStruct>(destination, "request");
        o.PollRequest(out var request);
        Sized.Write(destination, request);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_status")]
    internal static Result AnswerStatus(nint sftp, ulong token, uint code, nint message) =>
        Guard.On(sftp, (token, code, message), static (SftpObject o, (ulong Token, uint Code, nint Message) a) =>
        {
            o.Request(a.Token).Answer(new SftpStatus((SftpStatusCode)a.Code, In.OptionalText(a.Message, "message")));
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_handle")]
    internal static Result AnswerHandle(nint sftp, ulong token, ulong handle, uint overlapsReads) =>
        Guard.On(sftp, (token, handle, overlapsReads), static (SftpObject o, (ulong Token, ulong Handle, uint Overlaps) a) =>
        {
            bool taken = o.Request(a.Token, SftpRequestKind.Open, SftpRequestKind.OpenDirectory).AnswerHandle(a.Handle, In.Flag(a.Overlaps, "overlaps_reads"));
            o.Answered(a.Token);
            return taken ? Result.Ok : Result.Closed;
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_data")]
    internal static Result AnswerData(nint sftp, ulong token, nint data, nuint length) =>
        Guard.On(sftp, (token, data, length), static (SftpObject o, (ulong Token, nint Data, nuint Length) a) =>
        {
            var request = o.Request(a.Token, SftpRequestKind.Read);
            var data = In.Bytes(a.Data, a.Length, "data");
            if (data.Length > request.Length || data.IsEmpty != (request.Length == 0))
            {
                throw new NativeException(Result.Length, $"{request.Length} bytes were asked for; the end of a file is a status.");
            }

            request.AnswerData(data);
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_attributes")]
    internal static Result AnswerAttributes(nint sftp, ulong token, nint attributes) =>
        Guard.On(sftp, (token, attributes), static (SftpObject o, (ulong Token, nint Attributes) a) =>
        {
            var request = o.Request(a.Token, SftpRequestKind.Stat, SftpRequestKind.LStat, SftpRequestKind.FStat);
            request.AnswerAttributes(FileAttributes.Read(Sized.Read<FileAttributesStruct>(a.Attributes, "attributes")));
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_path")]
    internal static Result AnswerPath(nint sftp, ulong token, nint path, nuint length) =>
        Guard.On(sftp, (token, path, length), static (SftpObject o, (ulong Token, nint Path, nuint Length) a) =>
        {
            var request = o.Request(a.Token, SftpRequestKind.RealPath, SftpRequestKind.ReadLink, SftpRequestKind.ExpandPath, SftpRequestKind.HomeDirectory);
            request.AnswerPath(new SftpPath(In.Bytes(a.Path, a.Length, "path").ToArray()));
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_names")]
    internal static Result AnswerNames(nint sftp, ulong token, nint names, nuint count, nint taken) =>
        Guard.On(sftp, (token, names, count, taken), static (SftpObject o, (ulong Token, nint Names, nuint Count, nint Taken) a) =>
        {
            In.Need(a.Taken, "taken");
            var request = o.Request(a.Token, SftpRequestKind.ReadDirectory);
            In.Need(a.Names, "names");
            var list = new SftpFileName[a.Count <= MostNames ? (int)a.Count : throw new NativeException(Result.Length, $"At most {MostNames} names at a time.")];
            for (int i = 0; i < list.Length; i++)
            {
                var name = Sized.Read<FileNameStruct>(((nint*)a.Names)[i], "a name");
                list[i] = new SftpFileName(
                    new SftpPath(In.Bytes(name.Name, name.NameLength, "a name's name").ToArray()),
                    new SftpPath(In.Bytes(name.LongName, name.LongNameLength, "a name's long_name").ToArray()),
                    FileAttributes.Read(name.Attributes));
            }

            Out.Write(a.Taken, (nuint)request.AnswerNames(list));
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_file_system")]
    internal static Result AnswerFileSystem(nint sftp, ulong token, nint fileSystem) =>
        Guard.On(sftp, (token, fileSystem), static (SftpObject o, (ulong Token, nint FileSystem) a) =>
        {
            var request = o.Request(a.Token, SftpRequestKind.StatVfs, SftpRequestKind.FStatVfs);
            var v = Sized.Read<FileSystemStruct>(a.FileSystem, "file_system");
            request.AnswerStatVfs(new SftpStatVfs
            {
                BlockSize = v.BlockSize,
                FragmentSize = v.FragmentSize,
                Blocks = v.Blocks,
                FreeBlocks = v.FreeBlocks,
                AvailableBlocks = v.AvailableBlocks,
                Files = v.Files,
                FreeFiles = v.FreeFiles,
                AvailableFiles = v.AvailableFiles,
                FileSystemId = v.Id,
                Flags = v.Flags,
                MaximumNameLength = v.MaximumNameLength,
            });
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_hashes")]
    internal static Result AnswerHashes(nint sftp, ulong token, nint algorithm, nint values, nuint length) =>
        Guard.On(sftp, (token, algorithm, values, length), static (SftpObject o, (ulong Token, nint Algorithm, nint Values, nuint Length) a) =>
        {
            o.Request(a.Token, SftpRequestKind.CheckFile).AnswerHashes(In.Text(a.Algorithm, "algorithm"), In.Bytes(a.Values, a.Length, "values"));
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_answer_users_groups")]
    internal static Result AnswerUsersGroups(nint sftp, ulong token, nint users, nuint userCount, nint groups, nuint groupCount) =>
        Guard.On(sftp, (token, users, userCount, groups, groupCount), static (SftpObject o, (ulong Token, nint Users, nuint UserCount, nint Groups, nuint GroupCount) a) =>
        {
            var request = o.Request(a.Token, SftpRequestKind.UsersGroupsById);
            request.AnswerUsersGroups(Texts(a.Users, a.UserCount, request.Users.Count, "users"), Texts(a.Groups, a.GroupCount, request.Groups.Count, "groups"));
            return o.Answered(a.Token);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_sftp_take_handle")]
    internal static Result TakeHandle(nint sftp, nint handle) => Guard.On(sftp, handle, static (SftpObject o, nint handle) =>
    {
        In.Need(handle, "handle");
        if (!o.Server.TryTakeHandle(out object? state))
        {
            throw new NativeException(Result.State, "No number is open, or the session has not ended.");
        }

        Out.Write(handle, state is ulong number ? number : 0);
        return Result.Ok;
    });

    // As many as were asked for, so that a count that lies is found before anything is read.
    private static string[] Texts(nint texts, nuint count, int asked, string name)
    {
        if (count != (nuint)asked)
        {
            throw new NativeException(Result.Argument, $"{asked} {name} were asked for, not {count}.");
        }

        var list = new string[asked];
        for (int i = 0; i < asked; i++)
        {
            In.Need(texts, name);
            list[i] = In.Text(((nint*)texts)[i], name);
        }

        return list;
    }
}
