using System.Linq;
using System.Runtime.InteropServices;
using System.Text;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;
using static SshCore.Tests.Native.ExportedSftp;

namespace SshCore.Tests.Native;

/// <summary>What two ends of SFTP say to each other through the exports.</summary>
public sealed unsafe class SftpCallTests
{
    private static readonly nint Text = (nint)NativeMemory.AllocZeroed(64);

    [Test]
    public void NamesOfUsersAndGroups()
    {
        using var files = new ExportedSftp(SftpExtensionNames.UsersGroupsById);
        uint* users = stackalloc uint[] { 7, 8 };
        uint group = 9;
        var asked = files.Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.UsersGroupsById, Users = (nint)users, UserCount = 2, Groups = (nint)(&group), GroupCount = 1 });
        Assert.That((asked.Kind, asked.UserCount, asked.GroupCount), Is.EqualTo(((uint)SftpRequestKind.UsersGroupsById, (nuint)2, (nuint)1)));
        Assert.That((((uint*)asked.Users)[0], ((uint*)asked.Users)[1], ((uint*)asked.Groups)[0]), Is.EqualTo((7u, 8u, 9u)));

        var answer = Export.Named("sshcore_sftp_answer_users_groups");
        fixed (byte* joe = "joe\0"u8, none = "\0"u8)
        {
            nint* names = stackalloc nint[] { (nint)joe, (nint)none };
            Assert.That(answer.Call(files.Server, (nint)asked.Token, (nint)names, 1, (nint)names, 1), Is.EqualTo(Result.Argument));
            Assert.That(answer.Call(files.Server, (nint)asked.Token, (nint)names, -1, (nint)names, 1), Is.EqualTo(Result.Argument));
            Assert.That(answer.Call(files.Server, (nint)asked.Token, 0, 2, (nint)names, 1), Is.EqualTo(Result.NullPointer));
            Assert.That(answer.Call(files.Server, (nint)asked.Token + 1, (nint)names, 2, (nint)names, 1), Is.EqualTo(Result.Token));
            Assert.That(answer.Call(files.Server, (nint)asked.Token, (nint)names, 2, (nint)names, 1), Is.EqualTo(Result.Ok));
        }

        files.Exchange();
        var reply = files.Reply();
        Assert.That((reply.Kind, reply.Users, reply.Groups), Is.EqualTo(((uint)SftpReplyKind.UsersAndGroups, (nuint)2, (nuint)1)));
        Assert.That((Name("sshcore_sftp_reply_user", 0), Name("sshcore_sftp_reply_user", 1), Name("sshcore_sftp_reply_group", 0)), Is.EqualTo(("joe", "", "joe")));
        Assert.That(Export.Named("sshcore_sftp_reply_user").Call(files.Client, 2, Text), Is.EqualTo(Result.Argument));
        Assert.That(Export.Named("sshcore_sftp_reply_group").Call(files.Client, 1, Text), Is.EqualTo(Result.Argument));

        string? Name(string function, nint index)
        {
            nint name;
            Ok(function, files.Client, index, (nint)(&name));
            return Marshal.PtrToStringUTF8(name);
        }
    }

    [TestCase(true)]
    [TestCase(false)]
    public void Hashes(bool byHandle)
    {
        using var files = new ExportedSftp(SftpExtensionNames.CheckFile);
        FileRequestStruct asked;
        fixed (byte* hashes = "sha256,md5\0"u8, path = "f"u8)
        {
            var request = new FileRequestStruct { Kind = (uint)SftpRequestKind.CheckFile, Text = (nint)hashes, Offset = 1, Length = 512, BlockSize = 256 };
            if (byHandle)
            {
                request.Handle = files.Open();
            }
            else
            {
                request.Path = (nint)path;
                request.PathLength = 1;
            }

            asked = files.Ask(request);
        }

        Assert.That((asked.Kind, asked.Offset, asked.Length, asked.BlockSize), Is.EqualTo(((uint)SftpRequestKind.CheckFile, 1ul, 512ul, 256u)));
        Assert.That((asked.Handle, asked.PathLength), Is.EqualTo(byHandle ? (42ul, (nuint)0) : (0ul, (nuint)1)));
        Assert.That(Marshal.PtrToStringUTF8(asked.Text), Is.EqualTo("sha256,md5"));
        byte[] values = [.. Enumerable.Range(0, 32).Select(i => (byte)i)];
        fixed (byte* name = "md5\0"u8, p = values)
        {
            var answer = Export.Named("sshcore_sftp_answer_hashes");
            Assert.That(answer.Call(files.Server, (nint)asked.Token, 0, (nint)p, values.Length), Is.EqualTo(Result.NullPointer));
            Assert.That(answer.Call(files.Server, (nint)asked.Token, (nint)name, (nint)p, values.Length), Is.EqualTo(Result.Ok));
            Assert.That(answer.Call(files.Server, (nint)asked.Token, (nint)name, (nint)p, values.Length), Is.EqualTo(Result.Token));
        }

        files.Exchange();
        var reply = files.Reply();
        Assert.That((reply.Kind, Marshal.PtrToStringUTF8(reply.Algorithm)), Is.EqualTo(((uint)SftpReplyKind.Hashes, "md5")));
        Assert.That(Bytes(reply.Data, reply.DataLength), Is.EqualTo(values));
    }

    [Test]
    public void ExtendedAttributesGoBothWays()
    {
        using var files = new ExportedSftp();
        fixed (byte* one = "one@example.com\0"u8, two = "two@example.com\0"u8, path = "f"u8)
        {
            var first = new ExtendedAttributeStruct { Size = (nuint)sizeof(ExtendedAttributeStruct), Name = (nint)one, Data = (nint)path, DataLength = 1 };
            var second = new ExtendedAttributeStruct { Size = (nuint)sizeof(ExtendedAttributeStruct), Name = (nint)two };
            nint* pairs = stackalloc nint[] { (nint)(&first), (nint)(&second) };
            var attributes = new FileAttributesStruct { Size = (nuint)sizeof(FileAttributesStruct), Has = 1, FileSize = 5, Extended = (nint)pairs, ExtendedCount = 2 };
            var request = new FileRequestStruct { Size = (nuint)sizeof(FileRequestStruct), Kind = (uint)SftpRequestKind.SetStat, Path = (nint)path, PathLength = 1, Attributes = attributes };
            var asked = files.Ask(request);
            AssertPairs(asked.Attributes);
            Ok("sshcore_sftp_answer_status", files.Server, (nint)asked.Token);
            files.Exchange();
            Assert.That(files.Reply().Kind, Is.EqualTo((uint)SftpReplyKind.Status));

            asked = files.Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.Stat, Path = (nint)path, PathLength = 1 });
            Ok("sshcore_sftp_answer_attributes", files.Server, (nint)asked.Token, (nint)(&attributes));
            files.Exchange();
            AssertPairs(files.Reply().Attributes);

            var send = Export.Named("sshcore_sftp_send");
            request.Attributes.ExtendedCount = 1 << 20;
            Assert.That(send.Call(files.Client, (nint)(&request)), Is.EqualTo(Result.Length));
            request.Attributes.ExtendedCount = 2;
            request.Attributes.Extended = 0;
            Assert.That(send.Call(files.Client, (nint)(&request)), Is.EqualTo(Result.NullPointer));
            request.Attributes.Extended = (nint)pairs;
            second.Size = 1;
            Assert.That(send.Call(files.Client, (nint)(&request)), Is.EqualTo(Result.StructSize));
        }

        static void AssertPairs(in FileAttributesStruct a)
        {
            Assert.That((a.Has, a.FileSize, a.ExtendedCount), Is.EqualTo((1u, 5ul, (nuint)2)));
            var first = *((ExtendedAttributeStruct**)a.Extended)[0];
            var second = *((ExtendedAttributeStruct**)a.Extended)[1];
            Assert.That((Marshal.PtrToStringUTF8(first.Name), Bytes(first.Data, first.DataLength)), Is.EqualTo(("one@example.com", "f"u8.ToArray())));
            Assert.That((Marshal.PtrToStringUTF8(second.Name), second.DataLength), Is.EqualTo(("two@example.com", (nuint)0)));
        }
    }

    [Test]
    public void WhatTheServerAnnouncesAndAllows()
    {
        using var files = new ExportedSftp(SftpExtensionNames.Limits + "," + SftpExtensionNames.CheckFile, new SftpOptionsStruct { Handles = 1, DataLength = 40_000 });
        var names = new List<string>();
        nint name, data;
        nuint length;
        while (Export.Named("sshcore_sftp_extension").Call(files.Client, names.Count, (nint)(&name), (nint)(&data), (nint)(&length)) == Result.Ok)
        {
            names.Add(Marshal.PtrToStringUTF8(name)! + "=" + Encoding.UTF8.GetString(Bytes(data, length)));
        }

        Assert.That(names, Does.Contain("limits@openssh.com=1"));
        Assert.That(names.Count(n => n.StartsWith("check-file", StringComparison.Ordinal)), Is.GreaterThan(0));
        Assert.That(names, Has.None.StartWith("posix-rename"));

        var limits = new ServerLimitsStruct { Size = (nuint)sizeof(ServerLimitsStruct) };
        Ok("sshcore_sftp_server_limits", files.Client, (nint)(&limits));
        Assert.That((limits.ReadLength, limits.WriteLength, limits.OpenHandles), Is.EqualTo((40_000ul, 40_000ul, 1ul)));
        Assert.That(Export.Named("sshcore_sftp_server_limits").Call(files.Server, (nint)(&limits)), Is.EqualTo(Result.State));
        Assert.That(files.Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.Limits }).Kind, Is.Zero); // answered by itself
        files.Exchange();
        Assert.That(files.Reply().Kind, Is.EqualTo((uint)SftpReplyKind.Limits));

        files.Open();
        fixed (byte* path = "file"u8)
        {
            Assert.That(files.Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.Open, Path = (nint)path, PathLength = 4, Flags = 1 }).Kind, Is.Zero);
        }

        files.Exchange();
        Assert.That(files.Reply().Code, Is.EqualTo((uint)SftpStatusCode.Failure));
        Assert.That((State(files.Server).OpenHandles, State(files.Server).ClientVersion, State(files.Client).Ready), Is.EqualTo((1u, 3u, 1u)));
    }

    [Test]
    public void OptionsThatAreWrong()
    {
        nint sftp;
        var options = new SftpOptionsStruct { Size = (nuint)sizeof(SftpOptionsStruct), MessageLength = 1000 };
        Assert.That(Export.Named("sshcore_sftp_client_new").Call((nint)(&options), (nint)(&sftp)), Is.EqualTo(Result.Argument));
        options = new SftpOptionsStruct { Size = (nuint)sizeof(SftpOptionsStruct), TransferWindow = ulong.MaxValue };
        Assert.That(Export.Named("sshcore_sftp_client_new").Call((nint)(&options), (nint)(&sftp)), Is.EqualTo(Result.Argument));
        fixed (byte* names = "limits@openssh.com,nonsense\0"u8)
        {
            options = new SftpOptionsStruct { Size = (nuint)sizeof(SftpOptionsStruct), Extensions = (nint)names };
            Assert.That(Export.Named("sshcore_sftp_server_new").Call((nint)(&options), (nint)(&sftp)), Is.EqualTo(Result.Argument));
        }
    }

    [Test]
    public void TakesBytesWithoutACopyAndSaysHowItEnded()
    {
        using var files = new ExportedSftp();
        nint buffer, text;
        nuint length;
        Assert.That(Export.Named("sshcore_sftp_commit").Call(files.Client, 1), Is.EqualTo(Result.State));
        Ok("sshcore_sftp_last_detail", files.Client, (nint)(&text));
        Assert.That(Marshal.PtrToStringUTF8(text), Is.Not.Empty);
        Ok("sshcore_sftp_receive_buffer", files.Client, (nint)(&buffer), (nint)(&length));
        Assert.That(length, Is.GreaterThan((nuint)5));
        Assert.That(Export.Named("sshcore_sftp_commit").Call(files.Client, (nint)length + 1), Is.EqualTo(Result.Length));
        new Span<byte>((void*)buffer, 4).Fill(0xFF); // a message of an impossible length
        Ok("sshcore_sftp_commit", files.Client, 4);
        Ok("sshcore_sftp_tick", files.Client, 1000);
        files.Reply();
        var error = new ErrorStruct { Size = (nuint)sizeof(ErrorStruct) };
        Ok("sshcore_sftp_error", files.Client, (nint)(&error));
        Assert.That(error.Kind, Is.EqualTo(Header.Constants["SSHCORE_ERROR_INVALID_MESSAGE"]));
        Assert.That((State(files.Client).WantsInput, State(files.Client).ClosedByPeer), Is.EqualTo((0u, 0u)));

        fixed (byte* reason = "enough\0"u8)
        {
            Ok("sshcore_sftp_abort", files.Server, (nint)reason);
        }

        Ok("sshcore_sftp_error", files.Server, (nint)(&error));
        Assert.That(Marshal.PtrToStringUTF8(error.Message), Does.Contain("enough"));
    }

    [Test]
    public void ADownloadTakesItsOptions()
    {
        using var files = new ExportedSftp();
        ulong transfer, handle = files.Open();
        var options = new DownloadOptionsStruct { Size = (nuint)sizeof(DownloadOptionsStruct), Handle = handle, Offset = 100, Length = 1000, ReadLength = 600, HasExpectedSize = 1, ExpectedSize = 5000, InOrder = 1 };
        Ok("sshcore_sftp_download", files.Client, 0, 0, (nint)(&options), (nint)(&transfer));
        files.Exchange();
        var first = files.Request();
        Assert.That((first.Kind, first.Offset, first.Length), Is.EqualTo(((uint)SftpRequestKind.Read, 100ul, 600ul)));
        Assert.That(Transfer(files, transfer).InFlight, Is.GreaterThan(0ul));
        Assert.That(Export.Named("sshcore_sftp_upload_skip").Call(files.Client, (nint)transfer, 1), Is.EqualTo(Result.State));
        Ok("sshcore_sftp_download_pause", files.Client, (nint)transfer, 1);
        Assert.That(Transfer(files, transfer).Paused, Is.EqualTo(1u));
        Ok("sshcore_sftp_download_pause", files.Client, (nint)transfer, 0);
        Assert.That(Export.Named("sshcore_sftp_download_pause").Call(files.Client, (nint)transfer, 2), Is.EqualTo(Result.Argument));
        Ok("sshcore_sftp_answer_data", files.Server, (nint)first.Token, Text, 10);
        files.Exchange();
        var reply = files.Reply();
        Assert.That((reply.Kind, reply.Transfer, reply.Offset, reply.DataLength), Is.EqualTo(((uint)SftpReplyKind.TransferData, transfer, 100ul, (nuint)10)));
        Assert.That(Transfer(files, transfer).Done, Is.EqualTo(10ul));
        Ok("sshcore_sftp_transfer_cancel", files.Client, (nint)transfer);
        Assert.That((Transfer(files, transfer).Ended, Transfer(files, transfer).Cancelled), Is.EqualTo((1u, 1u)));
        options.Handle = 12345;
        Assert.That(Export.Named("sshcore_sftp_download").Call(files.Client, 0, 0, (nint)(&options), (nint)(&transfer)), Is.EqualTo(Result.Argument));
    }

    [Test]
    public void AnUploadTakesItsOptions()
    {
        using var files = new ExportedSftp();
        ulong transfer;
        nuint taken;
        var options = new UploadOptionsStruct { Size = (nuint)sizeof(UploadOptionsStruct), Offset = 7, Flags = 2, Fsync = 1, WriteLength = 2 };
        options.FinalAttributes = new FileAttributesStruct { Has = 8, ModifyTime = 1234 };
        fixed (byte* path = "up"u8)
        {
            Ok("sshcore_sftp_upload", files.Client, (nint)path, 2, (nint)(&options), (nint)(&transfer));
        }

        files.Exchange();
        var asked = files.Request();
        Assert.That((asked.Kind, asked.Flags), Is.EqualTo(((uint)SftpRequestKind.Open, 2u)));
        Ok("sshcore_sftp_answer_handle", files.Server, (nint)asked.Token, 42);
        files.Exchange();
        Assert.That(files.Reply().Kind, Is.EqualTo((uint)SftpReplyKind.TransferRoom));
        Ok("sshcore_sftp_upload_skip", files.Client, (nint)transfer, 100);
        Assert.That(Export.Named("sshcore_sftp_upload_skip").Call(files.Client, (nint)transfer, -1), Is.EqualTo(Result.Length));
        Assert.That((Transfer(files, transfer).Position, Transfer(files, transfer).TakesData), Is.EqualTo((107ul, 1u)));
        Ok("sshcore_sftp_upload_write", files.Client, (nint)transfer, Text, 3, (nint)(&taken));
        Assert.That(taken, Is.EqualTo((nuint)3));
        Ok("sshcore_sftp_upload_complete", files.Client, (nint)transfer);
        Assert.That(Export.Named("sshcore_sftp_upload_skip").Call(files.Client, (nint)transfer, 1), Is.EqualTo(Result.State));
        files.Exchange();
        uint[] order = [(uint)SftpRequestKind.Write, (uint)SftpRequestKind.Write, (uint)SftpRequestKind.FSetStat, (uint)SftpRequestKind.FSync, (uint)SftpRequestKind.Close];
        foreach (uint kind in order)
        {
            asked = files.Request();
            Assert.That(asked.Kind, Is.EqualTo(kind));
            Assert.That(kind != order[0] || asked.Offset is 107 or 109);
            Assert.That(kind != order[2] || asked.Attributes.ModifyTime == 1234);

            // The last one is refused: the transfer says which.
            Ok("sshcore_sftp_answer_status", files.Server, (nint)asked.Token, kind == order[4] ? (nint)SftpStatusCode.Failure : 0);
        }

        files.Exchange();
        var reply = files.Reply();
        Assert.That((reply.Kind, reply.Request, reply.Code), Is.EqualTo(((uint)SftpReplyKind.TransferEnded, (uint)SftpRequestKind.Close, (uint)SftpStatusCode.Failure)));
        Assert.That(Export.Named("sshcore_sftp_transfer_state").Call(files.Client, (nint)transfer, Text), Is.Not.EqualTo(Result.Ok));
    }

    private static SftpStateStruct State(nint sftp)
    {
        var state = new SftpStateStruct { Size = (nuint)sizeof(SftpStateStruct) };
        Ok("sshcore_sftp_get_state", sftp, (nint)(&state));
        return state;
    }

    private static TransferStruct Transfer(ExportedSftp files, ulong transfer)
    {
        var state = new TransferStruct { Size = (nuint)sizeof(TransferStruct) };
        Ok("sshcore_sftp_transfer_state", files.Client, (nint)transfer, (nint)(&state));
        return state;
    }
}
