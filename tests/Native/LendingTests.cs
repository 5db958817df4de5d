using System.Linq;
using System.Runtime.InteropServices;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Sftp;
using static SshCore.Tests.Native.ExportedSftp;

namespace SshCore.Tests.Native;

/// <summary>Memory of the output that is lent, filled and committed; and what must not happen meanwhile.</summary>
public sealed unsafe class LendingTests
{
    // What is taken while memory is lent: to end that, or all.
    private static readonly string[] Taken =
    [
        "sshcore_channel_commit", "sshcore_sftp_write_commit", "sshcore_last_detail", "sshcore_sftp_last_detail",
        "sshcore_connection_free", "sshcore_connection_abandon", "sshcore_sftp_free",
    ];

    private nint _scratch;

    [OneTimeSetUp]
    public void SetUp() => _scratch = (nint)NativeMemory.AllocZeroed(64 * 1024);

    [OneTimeTearDown]
    public void TearDown() => NativeMemory.Free((void*)_scratch);

    [Test]
    public void AChannelsDataArrives()
    {
        using var pair = new ExportedPair();
        Assert.That(pair.WriteInPlace("abcd"u8, 3), Is.EqualTo((nuint)3));
        pair.Step();
        Assert.That((pair.Received, pair.LastByte), Is.EqualTo((3L, (byte)'c')));
    }

    [Test]
    public void ZeroGivesAChannelsMemoryBack()
    {
        using var pair = new ExportedPair();
        Assert.That(Reserve(pair, 100).Length, Is.EqualTo(100));
        Ok("sshcore_channel_commit", pair.Client, 0);
        pair.Step();
        Assert.That(pair.Received, Is.Zero);
        Assert.That(pair.WriteInPlace("x"u8, 1), Is.EqualTo((nuint)1));
        pair.Step();
        Assert.That((pair.Received, pair.LastByte), Is.EqualTo((1L, (byte)'x')));
    }

    [Test]
    public void ACommitIsOneOfWhatWasLent()
    {
        using var pair = new ExportedPair();
        var commit = Export.Named("sshcore_channel_commit");
        Assert.That(commit.Call(pair.Client, 0), Is.EqualTo(Result.State));
        Assert.That(Export.Named("sshcore_channel_reserve").Call(pair.Client, (nint)pair.Channel, 0, 0, _scratch, _scratch + 8), Is.EqualTo(Result.Argument));
        Assert.That(Export.Named("sshcore_channel_reserve").Call(pair.Client, (nint)pair.Channel, 2, 1, _scratch, _scratch + 8), Is.EqualTo(Result.Argument));
        Assert.That(Export.Named("sshcore_channel_reserve").Call(pair.Client, 77, 0, 1, _scratch, _scratch + 8), Is.EqualTo(Result.Channel));
        var room = Reserve(pair, 10);
        Assert.That(commit.Call(pair.Client, room.Length + 1), Is.EqualTo(Result.Length));
        Assert.That(commit.Call(pair.Client, -1), Is.EqualTo(Result.Length));
        Assert.That(Export.Named("sshcore_channel_reserve").Call(pair.Client, (nint)pair.Channel, 0, 1, _scratch, _scratch + 8), Is.EqualTo(Result.State));
        Assert.That(commit.Call(pair.Client, room.Length), Is.EqualTo(Result.Ok));
        Assert.That(commit.Call(pair.Client, 0), Is.EqualTo(Result.State));
        pair.Step();
        Assert.That(pair.Received, Is.EqualTo(room.Length));
    }

    [Test]
    public void NothingElseIsTakenFromAConnectionThatLends()
    {
        using var pair = new ExportedPair();
        Reserve(pair, 10);
        AssertRefused(pair.Client, "sshcore_connection");
        nint text;
        Ok("sshcore_last_detail", pair.Client, (nint)(&text));
        Assert.That(Marshal.PtrToStringUTF8(text), Does.Contain("commit"));
        Ok("sshcore_channel_commit", pair.Client, 10);
        pair.Step();
        Assert.That(pair.Received, Is.EqualTo(10));
    }

    [Test]
    public void AnSftpMachineAndItsConnectionLendTogether()
    {
        using var pair = new ExportedPair();
        using var files = new ExportedSftp();
        ulong handle = files.Open();
        nint attached = Make.Sftp(false);
        Ok("sshcore_sftp_attach", pair.Client, (nint)pair.Channel, attached);

        // One that is not attached lends for itself.
        ReserveWrite(files, handle, 10);
        AssertRefused(files.Client, "sshcore_sftp");
        Assert.That(Export.Named("sshcore_sftp_attach").Call(pair.Client, (nint)pair.Channel, files.Client), Is.EqualTo(Result.State));
        pair.Step();
        Ok("sshcore_sftp_write_commit", files.Client, 0, 0);

        // One that is attached cannot be used while the connection lends, and the other way round.
        nint channel = OpenAnother(pair);
        Reserve(pair, 10, channel);
        AssertRefused(attached, "sshcore_sftp");
        Assert.That(Export.Named("sshcore_sftp_write_commit").Call(attached, 0, 0), Is.EqualTo(Result.State));
        Ok("sshcore_channel_commit", pair.Client, 0);
        Ok("sshcore_sftp_free", attached);
    }

    [Test]
    public void FreeingEndsALoan()
    {
        var pair = new ExportedPair();
        Reserve(pair, 10);
        pair.Dispose();
        Assert.That(Export.Named("sshcore_channel_commit").Call(pair.Client, 0), Is.EqualTo(Result.BadHandle));
        var files = new ExportedSftp();
        ReserveWrite(files, files.Open(), 10);
        files.Dispose();
        Assert.That(Export.Named("sshcore_sftp_write_commit").Call(files.Client, 0, 0), Is.EqualTo(Result.BadHandle));
    }

    [Test]
    public void AMachineOutlivesTheConnectionItLentWith()
    {
        using var files = new ExportedSftp();
        ulong handle = files.Open();
        var pair = new ExportedPair();
        Ok("sshcore_sftp_attach", pair.Client, (nint)pair.Channel, files.Client);
        ReserveWrite(files, handle, 10);
        AssertRefused(pair.Client, "sshcore_connection");
        Assert.That(Export.Named("sshcore_channel_commit").Call(pair.Client, 0), Is.EqualTo(Result.State)); // the other one's loan
        pair.Dispose();
        Assert.That(Export.Named("sshcore_sftp_write_commit").Call(files.Client, 10, 0), Is.EqualTo(Result.State));
        Assert.That(Export.Named("sshcore_sftp_write_commit").Call(files.Client, 0, 0), Is.EqualTo(Result.State));
        Assert.That(files.Reply().Kind, Is.EqualTo((uint)SftpReplyKind.Ended));
    }

    [Test]
    public void AWriteArrives()
    {
        using var files = new ExportedSftp();
        ulong handle = files.Open();
        uint id = 77;
        var room = ReserveWrite(files, handle, 5);
        "hello"u8.CopyTo(room);
        Assert.That(Export.Named("sshcore_sftp_write_commit").Call(files.Client, 6, (nint)(&id)), Is.EqualTo(Result.Length));
        Assert.That(id, Is.EqualTo(77u));
        Ok("sshcore_sftp_write_commit", files.Client, 4, (nint)(&id));
        Assert.That(Export.Named("sshcore_sftp_write_commit").Call(files.Client, 4, (nint)(&id)), Is.EqualTo(Result.State));
        files.Exchange();
        var asked = files.Request();
        Assert.That((asked.Kind, asked.Id, asked.Handle, asked.Offset), Is.EqualTo(((uint)SftpRequestKind.Write, id, 42ul, 1000ul)));
        Assert.That(Bytes(asked.Data, asked.DataLength), Is.EqualTo("hell"u8.ToArray()));
        ReserveWrite(files, handle, 5);
        Ok("sshcore_sftp_write_commit", files.Client, 0, (nint)(&id));
        Assert.That(id, Is.Zero);
        files.Exchange();
        Assert.That(files.Request().Kind, Is.Zero);
    }

    [Test]
    public void AnUploadTakesDataInPlace()
    {
        using var files = new ExportedSftp();
        ulong transfer;
        nint room;
        nuint length;
        fixed (byte* path = "up"u8)
        {
            Ok("sshcore_sftp_upload", files.Client, (nint)path, 2, 0, (nint)(&transfer));
        }

        Ok("sshcore_sftp_upload_reserve", files.Client, (nint)transfer, 5, (nint)(&room), (nint)(&length));
        Assert.That(length, Is.EqualTo((nuint)0)); // it is not open yet, and nothing is lent
        files.Exchange();
        Ok("sshcore_sftp_answer_handle", files.Server, (nint)files.Request().Token, 42);
        files.Exchange();
        Assert.That(files.Reply().Kind, Is.EqualTo((uint)SftpReplyKind.TransferRoom));
        Ok("sshcore_sftp_upload_reserve", files.Client, (nint)transfer, 5, (nint)(&room), (nint)(&length));
        Assert.That(length, Is.EqualTo((nuint)5));
        "whole"u8.CopyTo(new Span<byte>((void*)room, 5));
        Ok("sshcore_sftp_write_commit", files.Client, 5, 0);
        Ok("sshcore_sftp_upload_complete", files.Client, (nint)transfer);
        files.Exchange();
        var asked = files.Request();
        Assert.That(Bytes(asked.Data, asked.DataLength), Is.EqualTo("whole"u8.ToArray()));
        Ok("sshcore_sftp_answer_status", files.Server, (nint)asked.Token);
        asked = files.Request();
        Assert.That(asked.Kind, Is.EqualTo((uint)SftpRequestKind.Close));
        Ok("sshcore_sftp_answer_status", files.Server, (nint)asked.Token);
        files.Exchange();
        var reply = files.Reply();
        Assert.That((reply.Kind, reply.Code), Is.EqualTo(((uint)SftpReplyKind.TransferEnded, 0u)));
    }

    [Test]
    public void AReadIsAnsweredInPlace()
    {
        using var files = new ExportedSftp();
        ulong handle = files.Open();
        var first = files.Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.Read, Handle = handle, Length = 6 });
        var answer = Export.Named("sshcore_sftp_answer_reserve");
        var commit = Export.Named("sshcore_sftp_answer_commit");
        nint room;
        nuint length;
        Assert.That(answer.Call(files.Server, (nint)first.Token + 1, (nint)(&room), (nint)(&length)), Is.EqualTo(Result.Token));
        Assert.That(commit.Call(files.Server, (nint)first.Token, 3), Is.EqualTo(Result.State));
        Assert.That(answer.Call(files.Server, (nint)first.Token, (nint)(&room), (nint)(&length)), Is.EqualTo(Result.Ok));
        Assert.That(length, Is.EqualTo((nuint)6));
        Assert.That(commit.Call(files.Server, (nint)first.Token, 7), Is.EqualTo(Result.Length));
        Assert.That(commit.Call(files.Server, (nint)first.Token, 0), Is.EqualTo(Result.Length));
        "abc"u8.CopyTo(new Span<byte>((void*)room, 6));
        files.Exchange(); // other output may go meanwhile
        Assert.That(commit.Call(files.Server, (nint)first.Token, 3), Is.EqualTo(Result.Ok));
        Assert.That(commit.Call(files.Server, (nint)first.Token, 3), Is.EqualTo(Result.Token));
        files.Exchange();
        var reply = files.Reply();
        Assert.That(Bytes(reply.Data, reply.DataLength), Is.EqualTo("abc"u8.ToArray()));

        // A status ends a loan too; and other kinds of requests have none.
        var second = files.Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.Read, Handle = handle, Length = 6 });
        Assert.That(answer.Call(files.Server, (nint)second.Token, (nint)(&room), (nint)(&length)), Is.EqualTo(Result.Ok));
        Ok("sshcore_sftp_answer_status", files.Server, (nint)second.Token, (nint)SftpStatusCode.EndOfFile);
        files.Exchange();
        Assert.That(files.Reply().Code, Is.EqualTo((uint)SftpStatusCode.EndOfFile));
        var third = files.Ask(new FileRequestStruct { Kind = (uint)SftpRequestKind.FStat, Handle = handle });
        Assert.That(answer.Call(files.Server, (nint)third.Token, (nint)(&room), (nint)(&length)), Is.EqualTo(Result.WrongAnswer));
    }

    [Test]
    public void WritesInPlaceAllocateNothing()
    {
        const int Count = 200;
        using var files = new ExportedSftp();
        ulong handle = files.Open();
        var reserve = Export.Named("sshcore_sftp_write_reserve").Method.MethodHandle.GetFunctionPointer();
        var commit = Export.Named("sshcore_sftp_write_commit").Method.MethodHandle.GetFunctionPointer();
        var output = Export.Named("sshcore_sftp_output").Method.MethodHandle.GetFunctionPointer();
        var advance = Export.Named("sshcore_sftp_output_advance").Method.MethodHandle.GetFunctionPointer();
        Write(); // the table of requests without reply grows to 431 places
        long before = GC.GetAllocatedBytesForCurrentThread();
        Write();
        long allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        TestContext.Out.WriteLine($"{allocated} bytes for {Count} WRITEs");
        Assert.That(allocated, Is.Zero);

        void Write()
        {
            for (int i = 0; i < Count; i++)
            {
                nint room, data;
                nuint length;
                _ = ((delegate* unmanaged<nint, ulong, ulong, nuint, nint*, nuint*, Result>)reserve)(files.Client, handle, 0, 1000, &room, &length);
                _ = ((delegate* unmanaged<nint, nuint, nint, Result>)commit)(files.Client, length, 0);
                _ = ((delegate* unmanaged<nint, nint*, nuint*, Result>)output)(files.Client, &data, &length);
                _ = ((delegate* unmanaged<nint, nuint, Result>)advance)(files.Client, length);
            }
        }
    }

    private static Span<byte> Reserve(ExportedPair pair, int most, nint? channel = null)
    {
        nint room;
        nuint length;
        Ok("sshcore_channel_reserve", pair.Client, channel ?? (nint)pair.Channel, 0, most, (nint)(&room), (nint)(&length));
        return new Span<byte>((void*)room, (int)length);
    }

    private static Span<byte> ReserveWrite(ExportedSftp files, ulong handle, int most)
    {
        nint room;
        nuint length;
        Ok("sshcore_sftp_write_reserve", files.Client, (nint)handle, 1000, most, (nint)(&room), (nint)(&length));
        return new Span<byte>((void*)room, (int)length);
    }

    private static nint OpenAnother(ExportedPair pair)
    {
        uint channel;
        fixed (byte* type = "session\0"u8)
        {
            Ok("sshcore_channel_open", pair.Client, (nint)type, 0, (nint)(&channel));
        }

        pair.Step();
        pair.Step();
        return (nint)channel;
    }

    private void AssertRefused(nint handle, string type)
    {
        new Span<byte>((void*)_scratch, 64 * 1024).Clear();
        foreach (var export in Export.All.Where(e => !Taken.Contains(e.Name) && Header.Functions[e.Name].Parameters is [var first, ..] && first.StartsWith(type + " *", StringComparison.Ordinal) && !first.Contains("**", StringComparison.Ordinal)))
        {
            nint[] arguments = [handle, .. export.Parameters.Skip(1).Select(p => p.ParameterType == typeof(nint) ? _scratch : 1)];
            Assert.That(export.Call(arguments), Is.EqualTo(Result.State), export.Name);
        }

        Assert.That(new ReadOnlySpan<byte>((void*)_scratch, 64 * 1024).ContainsAnyExcept((byte)0), Is.False);
    }
}
