using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>Misuse of the calls that wait, which need a server to have a live handle.</summary>
public sealed unsafe class EasyTests
{
    [Test]
    public void MisuseGivesResults()
    {
        using var server = PeerServer.Start("sshd");
        nint easy = Connect(server.Port, anyHostKey: 1, out var result);
        Assert.That(result, Is.EqualTo(Result.Ok));

        Assert.Multiple(() =>
        {
            // Before the log-in there is nothing to run commands on.
            var command = new EasyResultStruct { Size = (nuint)sizeof(EasyResultStruct), Status = 77 };
            Assert.That(Call("exec", easy, Text("true"), 4, 0, 0, (nint)(&command)), Is.EqualTo(Result.State));
            Assert.That(command.Status, Is.EqualTo(77u), "nothing was written");
            Assert.That(Call("get", easy, Text("x"), Text("/tmp/x")), Is.EqualTo(Result.State));
            Assert.That(Call("put", easy, Text("/no/such/file"), Text("x")), Is.EqualTo(Result.File));

            Assert.That(Call("login_password", easy, 0, 0, 0), Is.EqualTo(Result.NullPointer));
            Assert.That(Call("login_key", easy, Text(TestUser.Name), easy), Is.EqualTo(Result.BadHandle), "a handle of another type");
            Assert.That(Call("login_password", easy, Text(TestUser.Name), Text("no"), 2), Is.EqualTo(Result.AuthFailed));
            Assert.That(Call("login_password", easy, Text(TestUser.Name), Text(TestUser.Password), (nint)TestUser.Password.Length), Is.EqualTo(Result.Ok));

            Assert.That(Call("exec", easy, 0, 4, 0, 0, (nint)(&command)), Is.EqualTo(Result.NullPointer));
            Assert.That(Call("exec", easy, Text("true"), -1, 0, 0, (nint)(&command)), Is.EqualTo(Result.Length));
            command.Size = 8;
            Assert.That(Call("exec", easy, Text("true"), 4, 0, 0, (nint)(&command)), Is.EqualTo(Result.StructSize));
            Assert.That(Call("get", easy, Text("no-such-file"), Text("/tmp/sshcore-never")), Is.EqualTo(Result.Refused));
            Assert.That(System.IO.File.Exists("/tmp/sshcore-never.part"), Is.False);

            Assert.That(Call("close", easy), Is.EqualTo(Result.Ok));
            Assert.That(Call("close", easy), Is.EqualTo(Result.BadHandle));
            Assert.That(Call("exec", easy, Text("true"), 4, 0, 0, (nint)(&command)), Is.EqualTo(Result.BadHandle));
        });
    }

    [Test]
    public void AbandonsOnce()
    {
        using var server = PeerServer.Start("sshd");
        nint easy = Connect(server.Port, anyHostKey: 1, out _);
        Assert.That(Call("abandon", easy), Is.EqualTo(Result.Ok));
        Assert.That(Call("abandon", easy), Is.EqualTo(Result.BadHandle));
    }

    [Test]
    public void ConnectsToNobodyItDoesNotBelieve()
    {
        using var server = PeerServer.Start("sshd");
        Assert.That(Connect(server.Port, anyHostKey: 0, out var unknown), Is.EqualTo((nint)0));
        Assert.That(unknown, Is.EqualTo(Result.HostKeyUnknown));
        Assert.That(Connect(Ports.Free(), anyHostKey: 1, out var nobody), Is.EqualTo((nint)0));
        Assert.That(nobody, Is.EqualTo(Result.Io));
        Assert.That(Connect(server.Port, anyHostKey: 2, out var flag), Is.EqualTo((nint)0));
        Assert.That(flag, Is.EqualTo(Result.Argument));
    }

    private static nint Connect(int port, uint anyHostKey, out Result result)
    {
        nint easy = 0, known = Make.KnownHosts();
        var options = new EasyOptionsStruct
        {
            Size = (nuint)sizeof(EasyOptionsStruct),
            Host = Text("127.0.0.1"),
            Port = (uint)port,
            TimeoutMs = 20_000,
            KnownHosts = known,
            InsecureAnyHostKey = anyHostKey,
        };
        result = Export.Named("sshcore_easy_connect").Call((nint)(&options), (nint)(&easy), 0);
        Export.Named("sshcore_known_hosts_free").Call(known);
        return easy;
    }

    private static Result Call(string name, params ReadOnlySpan<nint> arguments) => Export.Named("sshcore_easy_" + name).Call(arguments);

    // Leaked on purpose: a few bytes of a test process.
    private static nint Text(string text) => System.Runtime.InteropServices.Marshal.StringToCoTaskMemUTF8(text);
}
