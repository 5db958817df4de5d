using System.Diagnostics;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using NUnit.Framework;
using SshCore.Native.Boundary;
using SshCore.Native.Events;
using SshCore.Native.Structs;
using SshCore.Tests.RealPeers.Servers;
using SshCore.Tests.RealPeers.Setup;

namespace SshCore.Tests.Native;

/// <summary>Servers and lines that fail at every stage: a clear result, within the time that was given, and nothing half done.</summary>
public sealed unsafe class EasyFaultTests
{
    private const int Size = 8_000_000;

    [Test]
    public void ConnectingToWhoNeverAnswersTakesItsTime()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var clock = Stopwatch.StartNew();
        using var client = EasyClient.Open(((IPEndPoint)listener.LocalEndPoint!).Port, out var result, out string detail, timeout: 200);
        Assert.That(result, Is.EqualTo(Result.Timeout));
        Assert.That(detail, Does.Contain("200 ms"));
        Assert.That(clock.Elapsed, Is.GreaterThan(TimeSpan.FromMilliseconds(190)));
    }

    [Test]
    public void ConnectingToSomethingElseIsClosed()
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        listener.Listen();
        var answering = System.Threading.Tasks.Task.Run(() =>
        {
            using var socket = listener.Accept();
            socket.Send("HTTP/1.1 400 Bad Request\r\n\r\n"u8);
        });
        using var client = EasyClient.Open(((IPEndPoint)listener.LocalEndPoint!).Port, out var result, out string detail);
        answering.Wait();
        Assert.That(result, Is.EqualTo(Result.Closed));
        Assert.That(detail, Is.Not.Empty);
    }

    [TestCase("localhost", false)]
    [TestCase("127.0.0.1", false)]
    [TestCase("::1", true)]
    public void FindsTheHostByNameAndAddress(string host, bool sixth)
    {
        using var server = new LoopServer(address: sixth ? IPAddress.IPv6Loopback : IPAddress.Loopback);
        using var client = EasyClient.Open(server.Port, out var result, out string detail, host);
        Assert.That(result, Is.EqualTo(Result.Ok), detail);
    }

    [TestCase("no-such-host.invalid", 22, nameof(Result.Io), "no-such-host.invalid cannot be resolved: ")]
    [TestCase("127.0.0.1", 65536, nameof(Result.Argument), "65536 is no port.")]
    public void NamesWhatIsNoHostOrPort(string host, int port, string expected, string detail)
    {
        using var client = EasyClient.Open(port, out var result, out string why, host);
        Assert.That($"{result}", Is.EqualTo(expected));
        Assert.That(why, Does.Contain(detail));
        Assert.That(client.Handle, Is.EqualTo((nint)0));
    }

    [Test]
    public void PortZeroIs22()
    {
        using var client = EasyClient.Open(0, out var result, out string why, "127.0.0.254");
        Assert.That(result, Is.EqualTo(Result.Io));
        Assert.That(why, Is.EqualTo("127.0.0.254 port 22: Connection refused"));
    }

    [TestCase("exec", Fault.Close)]
    [TestCase("exec", Fault.Reset)]
    [TestCase("exec", Fault.Stall)]
    [TestCase("get", Fault.Close)]
    [TestCase("get", Fault.Reset)]
    [TestCase("get", Fault.Stall)]
    [TestCase("put", Fault.Close)]
    [TestCase("put", Fault.Reset)]
    [TestCase("put", Fault.Stall)]
    public void ALineThatBreaksInTheMiddle(string call, Fault fault)
    {
        using var server = PeerServer.Start("sshd");
        using var relay = new Relay(server.Port);
        using var client = EasyClient.LoggedIn(relay.Port, TestUser.Name, TestUser.Password);
        using var folder = new TempFolder();
        string local = folder.Write("local", "as it was"), remote = Path.Combine(server.User.Home, "remote");
        File.WriteAllBytes(remote, new byte[Size]);
        if (call == "put")
        {
            File.WriteAllBytes(local, new byte[Size]);
        }

        Assert.That(client.Call("set_timeout", fault == Fault.Stall ? 500 : 20_000), Is.EqualTo(Result.Ok));
        relay.Break(fault, after: 1_000_000);
        var result = call switch
        {
            "exec" => client.Exec("cat /dev/zero", [], out _),
            "get" => client.Get(remote, local),
            _ => client.Put(local, remote),
        };
        Assert.That(result, Is.EqualTo(fault == Fault.Stall ? Result.Timeout : Result.Closed));
        Assert.That(client.Detail, Is.Not.Empty);
        if (call == "get")
        {
            Assert.That(File.ReadAllText(local), Is.EqualTo("as it was"));
            Assert.That(Directory.GetFileSystemEntries(folder.Path), Has.Length.EqualTo(1), "nothing beside it");
        }

        var error = new ErrorStruct { Size = (nuint)sizeof(ErrorStruct) };
        Assert.That(client.Call("error", (nint)(&error)), Is.EqualTo(Result.Ok));
        Assert.That((ErrorKind)error.Kind, Is.EqualTo(fault == Fault.Stall ? ErrorKind.None : ErrorKind.ConnectionLost));
        Assert.That(client.Exec("true", [], out _), Is.EqualTo(result), "nor does anything else go");
    }

    [Test]
    public void ALineThatBreaksBetweenCallsIsFoundByTheNext()
    {
        using var server = new LoopServer();
        using var relay = new Relay(server.Port);
        using var client = EasyClient.LoggedIn(relay.Port, "joe", "right");
        relay.Break(Fault.Close, after: 0);
        Assert.That(client.Exec("hello", [], out _), Is.EqualTo(Result.Closed));
        Assert.That(client.Call("get", client.Text("a"), client.Text("/tmp/sshcore-never"), 0, 0), Is.EqualTo(Result.Closed));
        Assert.That(client.Call("login_none", client.Text("joe")), Is.EqualTo(Result.Closed));
    }

    [Test]
    public void WhatTheServerSaysAtTheEndIsTold()
    {
        using var server = new LoopServer((connection, e) =>
        {
            if (e.Body is SshCore.Events.ChannelRequested)
            {
                connection.Disconnect(SshCore.Errors.DisconnectReason.ByApplication, "Closed for today.");
                return true;
            }

            return false;
        });
        using var client = EasyClient.LoggedIn(server.Port, "joe", "right");
        Assert.That(client.Exec("hello", [], out _), Is.EqualTo(Result.Closed));
        Assert.That(client.Detail, Does.Contain("Closed for today."));
        var error = new ErrorStruct { Size = (nuint)sizeof(ErrorStruct) };
        Assert.That(client.Call("error", (nint)(&error)), Is.EqualTo(Result.Ok));
        Assert.That(((ErrorKind)error.Kind, error.Reason), Is.EqualTo((ErrorKind.PeerDisconnected, 11u)));
    }

    [Test]
    public void ACommandThatDoesNotEndLeavesTheConnectionUsable()
    {
        using var server = new LoopServer();
        using var client = EasyClient.LoggedIn(server.Port, "joe", "right");
        client.Call("set_timeout", 200);
        Assert.That(client.Exec("hang", [], out _), Is.EqualTo(Result.Timeout));
        client.Call("set_timeout", 20_000);
        Assert.That(client.Exec("hello", [], out var hello), Is.EqualTo(Result.Ok));
        Assert.That((hello.Status, Encode(hello.Out)), Is.EqualTo(((int?)0, "hello")));
        Assert.That(client.Exec("signal", [], out var signal), Is.EqualTo(Result.Ok));
        Assert.That((signal.Status, signal.Signal), Is.EqualTo(((int?)null, "TERM")));
        Assert.That(client.Exec("nothing", [], out var nothing), Is.EqualTo(Result.Ok));
        Assert.That((nothing.Status, nothing.Signal), Is.EqualTo(((int?)null, "")));
        Assert.That(client.Get("a", "/tmp/sshcore-never"), Is.EqualTo(Result.Refused), "it has no sftp");
        Assert.That(client.Detail, Does.Contain("subsystem"));
        Assert.That(File.Exists("/tmp/sshcore-never"), Is.False);
    }

    [Test]
    public void ASessionThatIsNeverOpenedLeavesTheConnectionUsable()
    {
        bool answers = false;
        using var server = new LoopServer((_, e) => e.Body is SshCore.Events.OpenRequested && !answers);
        using var client = EasyClient.LoggedIn(server.Port, "joe", "right");
        client.Call("set_timeout", 200);
        Assert.That(client.Exec("hello", [], out _), Is.EqualTo(Result.Timeout));
        answers = true;
        client.Call("set_timeout", 20_000);
        Assert.That(client.Exec("hello", [], out _), Is.EqualTo(Result.Ok), client.Detail);
    }

    private static string Encode(byte[] bytes) => System.Text.Encoding.UTF8.GetString(bytes);
}
