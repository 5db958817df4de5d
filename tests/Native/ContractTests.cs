using System.Runtime.InteropServices;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Native.Structs;
using SshCore.Sftp;
using static SshCore.Tests.Native.ExportedSftp;

namespace SshCore.Tests.Native;

/// <summary>What the contract at the top of the header promises of all calls.</summary>
public sealed unsafe class ContractTests
{
    private static readonly nint Scratch = (nint)NativeMemory.AllocZeroed(4096);
    private static readonly List<Result> FromTheLog = [];
    private static nint _logged;

    [Test]
    public void AHandleIsBusyForItsLogCallback()
    {
        nint client;
        var settings = new SettingsStruct { Size = (nuint)sizeof(SettingsStruct), Log = (nint)(delegate* unmanaged<nint, int, byte*, nuint, void>)&OnLog };
        Ok("sshcore_client_new", (nint)(&settings), (nint)(&client));
        _logged = client;
        FromTheLog.Clear();
        Assert.That(Export.Named("sshcore_output_advance").Call(client, -1), Is.EqualTo(Result.Length));
        Assert.That(FromTheLog, Is.EqualTo(new[] { Result.Busy, Result.Busy, Result.Busy }));
        Ok("sshcore_last_detail", client, Scratch);
        Ok("sshcore_connection_free", client);
    }

    [Test]
    public void APollThatFindsNothingHasNoNullText()
    {
        nint client = Make.Client();
        var e = new EventStruct { Size = (nuint)sizeof(EventStruct) };
        do
        {
            Ok("sshcore_poll_event", client, (nint)(&e));
        }
        while (e.Kind != 0);
        Assert.That((e.Channel, e.Token, e.DeadlineUs), Is.EqualTo((uint.MaxValue, 0ul, ulong.MaxValue)));
        foreach (nint pointer in (nint[])[e.User, e.Name, e.Text, e.Detail, e.List, e.Algorithm, e.Key, e.Data, e.More])
        {
            Assert.That(Marshal.ReadByte(pointer), Is.Zero);
        }

        Ok("sshcore_connection_free", client);
    }

    [Test]
    public void AKeyThatAConnectionDidNotTakeIsGoneWhenItIsFreed()
    {
        nint handle = Make.NewKey();
        var secret = ((KeyObject)HandleTable.Find(handle)!).Private!;
        byte[] unknown = "none\0"u8.ToArray();
        var results = new List<Result>();
        using var pair = new ExportedPair((client, token) =>
        {
            fixed (byte* algorithm = unknown)
            {
                results.Add(Export.Named("sshcore_answer_key").Call(client, (nint)token, handle, (nint)algorithm));
            }
        });
        Assert.That(results, Has.Count.EqualTo(1).And.None.EqualTo(Result.Ok), "the question stayed open: the pair has logged in");
        Ok("sshcore_key_free", handle);
        Assert.Throws<ObjectDisposedException>(() => secret.Sign("ssh-ed25519", [1]));
    }

    [Test]
    public void AMachineIsAttachedOnce()
    {
        using var first = new ExportedPair();
        using var second = new ExportedPair();
        nint machine = Make.Sftp(isServer: false);
        var attach = Export.Named("sshcore_sftp_attach");
        Assert.That(attach.Call(first.Client, (nint)first.Channel, machine), Is.EqualTo(Result.Ok));
        Assert.That(attach.Call(first.Client, (nint)first.Channel, machine), Is.EqualTo(Result.State));
        Assert.That(attach.Call(second.Client, (nint)second.Channel, machine), Is.EqualTo(Result.State));
        Ok("sshcore_sftp_free", machine);

        // The channel outlives it, and so does the connection.
        first.Step();
        Ok("sshcore_channel_close", first.Client, (nint)first.Channel);
        first.Step();
    }

    [Test]
    public void AnAttachedMachinesBytesAreTheConnections()
    {
        using var pair = new ExportedPair();
        nint machine = Make.Sftp(isServer: false), other = Make.Sftp(isServer: false);
        Ok("sshcore_sftp_attach", pair.Client, (nint)pair.Channel, machine);
        foreach (string name in (string[])["receive_buffer", "commit", "receive", "receive_end", "output", "output_advance"])
        {
            nint[] arguments = name switch
            {
                "commit" or "output_advance" => [machine, 0],
                "receive" => [machine, Scratch, 1, Scratch + 8],
                _ => [machine, Scratch, Scratch + 8],
            };
            Assert.That(Export.Named("sshcore_sftp_" + name).Call(arguments), Is.EqualTo(Result.State), name);
        }

        Ok("sshcore_sftp_tick", machine, 1);

        // Nor can one be attached while memory is lent that the connection would fill.
        Ok("sshcore_sftp_receive_buffer", other, Scratch, Scratch + 8);
        Assert.That(Export.Named("sshcore_sftp_attach").Call(pair.Server, 0, other), Is.EqualTo(Result.State));
        Ok("sshcore_sftp_commit", other, 0);
        Ok("sshcore_sftp_attach", pair.Server, 0, other);
        Ok("sshcore_sftp_free", machine);
        Ok("sshcore_sftp_free", other);
    }

    [TestCase("handle", SftpRequestKind.Stat)]
    [TestCase("data", SftpRequestKind.Stat)]
    [TestCase("reserve", SftpRequestKind.Stat)]
    [TestCase("commit", SftpRequestKind.Stat)]
    [TestCase("attributes", SftpRequestKind.RealPath)]
    [TestCase("path", SftpRequestKind.Stat)]
    [TestCase("names", SftpRequestKind.Stat)]
    [TestCase("file_system", SftpRequestKind.Stat)]
    [TestCase("hashes", SftpRequestKind.Stat)]
    [TestCase("users_groups", SftpRequestKind.Stat)]
    public void AnAnswerOfAnotherKindLeavesTheRequestOpen(string answer, SftpRequestKind kind)
    {
        using var files = new ExportedSftp();
        byte path = (byte)'f';
        var asked = files.Ask(new FileRequestStruct { Kind = (uint)kind, Path = (nint)(&path), PathLength = 1 });
        Assert.That(Export.Named("sshcore_sftp_answer_" + answer).Call(files.Server, (nint)asked.Token, Scratch, Scratch + 8, Scratch + 16, Scratch + 24), Is.EqualTo(Result.WrongAnswer));
        Ok("sshcore_sftp_answer_status", files.Server, (nint)asked.Token, (nint)SftpStatusCode.Failure);
    }

    [Test]
    public void EveryResultHasADetail()
    {
        nint server = Make.Sftp(isServer: true), client = Make.Sftp(isServer: false), text;
        Assert.That(Export.Named("sshcore_sftp_take_handle").Call(server, Scratch), Is.EqualTo(Result.State));
        Ok("sshcore_sftp_last_detail", server, (nint)(&text));
        Assert.That(Marshal.PtrToStringUTF8(text), Is.Not.Empty);
        Assert.That(Export.Named("sshcore_sftp_supports").Call(client, Scratch + 2048), Is.EqualTo(Result.Unsupported));
        Ok("sshcore_sftp_last_detail", client, (nint)(&text));
        Assert.That(Marshal.PtrToStringUTF8(text), Is.Not.Empty);
        Ok("sshcore_sftp_free", server);
        Ok("sshcore_sftp_free", client);
    }

    [UnmanagedCallersOnly]
    private static void OnLog(nint context, int level, byte* message, nuint length)
    {
        FromTheLog.Add(Export.Named("sshcore_connection_free").Call(_logged));
        FromTheLog.Add(Export.Named("sshcore_output_advance").Call(_logged, -1));
        FromTheLog.Add(Export.Named("sshcore_last_detail").Call(_logged, Scratch));
    }
}
