using System.Runtime.InteropServices;
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

    [Test]
    public void OptionsThatCannotBeRight()
    {
        using var server = new LoopServer();
        nint known = Make.KnownHosts();
        nint* easy = stackalloc nint[1];
        *easy = 0x1234;
        Export.Named("sshcore_known_hosts_free").Call(known);
        nuint* small = stackalloc nuint[1];
        *small = 8;
        var options = new EasyOptionsStruct { Size = (nuint)sizeof(EasyOptionsStruct), Host = Text("127.0.0.1"), Port = (uint)server.Port, InsecureAnyHostKey = 1 };
        var callback = (nint)(delegate* unmanaged<nint, nint, int>)&Refuse;
        Assert.Multiple(() =>
        {
            Assert.That(With(o => o with { Host = 0 }), Is.EqualTo(Result.NullPointer));
            Assert.That(With(o => o with { Host = Text([0xFF]) }), Is.EqualTo(Result.Argument));
            Assert.That(With(o => o with { InsecureAnyHostKey = 0 }), Is.EqualTo(Result.NullPointer), "nobody is believed");
            Assert.That(With(o => o with { InsecureAnyHostKey = 0, KnownHosts = known }), Is.EqualTo(Result.BadHandle));
            Assert.That(With(o => o with { InsecureAnyHostKey = 0, KnownHosts = known, HostKeyCallback = callback }), Is.EqualTo(Result.BadHandle));
            Assert.That(With(o => o with { InsecureAnyHostKey = 0, HostKeyCallback = callback }), Is.EqualTo(Result.HostKeyUnknown));
            Assert.That(With(o => o with { Settings = (nint)small }), Is.EqualTo(Result.StructSize));
            Assert.That(With(o => o with { MaxOutput = nuint.MaxValue }), Is.EqualTo(Result.Length));
            Assert.That(With(o => o with { Port = uint.MaxValue }), Is.EqualTo(Result.Argument));
            Assert.That(*easy, Is.EqualTo((nint)0x1234), "nothing was written");
            nuint before = Live();
            Assert.That(With(o => o), Is.EqualTo(Result.Ok));
            Assert.That(Export.Named("sshcore_easy_close").Call(*easy), Is.EqualTo(Result.Ok));
            Assert.That(Live(), Is.EqualTo(before));
        });

        Result With(Func<EasyOptionsStruct, EasyOptionsStruct> change)
        {
            var changed = change(options);
            return Export.Named("sshcore_easy_connect").Call((nint)(&changed), (nint)easy, 0);
        }
    }

    [Test]
    public void AKeyThenAPasswordAsSshdWantsThem()
    {
        using var server = PeerServer.Start("sshd", "AuthenticationMethods publickey,password");
        using var client = EasyClient.To(server.Port);
        Assert.That(client.Password(TestUser.Name, TestUser.Password), Is.EqualTo(Result.AuthFailed));
        Assert.That(client.Allowed, Is.EqualTo("publickey"));
        byte[] file = System.IO.File.ReadAllBytes(server.User.KeyFile());
        nint key;
        fixed (byte* p = file)
        {
            Assert.That(Export.Named("sshcore_key_parse").Call((nint)p, file.Length, 0, 0, (nint)(&key)), Is.EqualTo(Result.Ok));
        }

        Assert.That(client.Call("login_key", Text(TestUser.Name), key), Is.EqualTo(Result.AuthPartial), client.Detail);
        Export.Named("sshcore_key_free").Call(key);
        Assert.That((client.Allowed, client.Succeeded), Is.EqualTo(("password", "publickey")));
        Assert.That(client.Password(TestUser.Name, TestUser.Password), Is.EqualTo(Result.Ok), client.Detail);
    }

    [UnmanagedCallersOnly]
    private static int Refuse(nint context, nint host) => 0;

    private static nuint Live() => ((delegate* unmanaged<nuint>)Export.Named("sshcore_live_handles").Method.MethodHandle.GetFunctionPointer())();

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
    private static nint Text(string text) => Marshal.StringToCoTaskMemUTF8(text);

    private static nint Text(ReadOnlySpan<byte> bytes)
    {
        nint text = Marshal.AllocCoTaskMem(bytes.Length + 1);
        bytes.CopyTo(new Span<byte>((void*)text, bytes.Length));
        ((byte*)text)[bytes.Length] = 0;
        return text;
    }
}
