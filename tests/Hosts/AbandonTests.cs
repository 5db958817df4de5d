using System.Buffers.Binary;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Errors;
using SshCore.Hosts;
using SshCore.Memory;

namespace SshCore.Tests.Hosts;

/// <summary>Giving up a copy of a socket of which a second descriptor, as another process has one after a fork, lives on.</summary>
internal sealed partial class AbandonTests
{
    [Test]
    [Platform("Linux,MacOsX")]
    public async Task Who_gives_up_sends_neither_a_byte_nor_an_end([Values] Host clientHost, [Values] Host serverHost, [Values] bool clientLast)
    {
        using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        listener.Bind(Subjects.Loopback);
        listener.Listen();
        var near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await near.ConnectAsync(listener.LocalEndPoint!);
        var far = await listener.AcceptAsync();
        using var nearCopy = Copy(near);
        using var farCopy = Copy(far);
        await using var server = new TestServer(serverHost, Subjects.Server(new TestPolicy()));
        var context = server.Accept(far);
        await using var client = await TestClient.ConnectAsync(clientHost, Subjects.Client(), near);
        var session = await client.OpenSessionAsync();
        await session.ExecAsync("wait", Subjects.Bounded());
        await session.ReadExactlyAsync(new byte[5], Subjects.Bounded());
        var awaiting = session.ReadAsync(new byte[1], Subjects.Bounded()).AsTask();
        var blocked = TestClient.OnThread(() => session.ErrorStream.Read(new byte[1]));
        var ending = client.WaitForEndAsync();

        foreach (bool ofClient in (bool[])[!clientLast, clientLast])
        {
            if (ofClient)
            {
                client.Base.Abandon();
                client.Base.Abandon();
            }
            else
            {
                server.Abandon();
            }
        }

        // Both have let go: what the one who was last sent would be found here, in front of what the other process sends.
        byte[] got = new byte[64];
        var (from, to) = clientLast ? (nearCopy, farCopy) : (farCopy, nearCopy);
        await from.SendAsync(TestPolicy.Bytes("still here"), Subjects.Bounded());
        int count = await to.ReceiveAsync(got, Subjects.Bounded());
        Assert.That(got.AsSpan(0, count).ToArray(), Is.EqualTo(TestPolicy.Bytes("still here")));

        foreach (Task waiting in (Task[])[awaiting, blocked])
        {
            var error = await Assert.ThrowsAsync<SshConnectionException>(() => waiting.WaitAsync(Subjects.Patience));
            Assert.That(error!.Message, Does.Contain("given up its copy"));
        }

        Assert.That((await ending).Kind, Is.EqualTo(SshErrorKind.HostFailure));
        Assert.That(context.Error?.Kind, Is.EqualTo(SshErrorKind.HostFailure));
        await Assert.ThrowsAsync<SshConnectionException>(() => client.OpenSessionAsync());
        await client.DisposeAsync();
        await server.DisposeAsync();
        Assert.That((near.SafeHandle.IsClosed, far.SafeHandle.IsClosed), Is.EqualTo((true, true)));
    }

    [Test]
    [Platform("Linux")]
    public async Task A_listener_goes_on_in_the_other_process([Values] Host host)
    {
        await using var server = new TestServer(host, Subjects.Server(new TestPolicy()));
        int port = server.Listen();
        using var copy = CopyOfListener(port);
        server.Abandon();
        await server.DisposeAsync();

        using var client = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        await client.ConnectAsync(System.Net.IPAddress.Loopback, port);
        using var accepted = await copy.AcceptAsync(Subjects.Bounded());
        Assert.That(accepted.RemoteEndPoint, Is.EqualTo(client.LocalEndPoint));
    }

    [Test]
    public async Task A_stream_is_left_to_its_owner([Values] Host host)
    {
        await using var server = new TestServer(Host.Async, Subjects.Server(new TestPolicy()));
        var (a, b) = MemoryDuplexStream.CreatePair();
        var context = server.Accept(b);
        var client = await TestClient.ConnectAsync(host, Subjects.Client(), a);
        client.Base.Abandon();
        await client.DisposeAsync();

        await a.WriteAsync(new byte[1], Subjects.Bounded());
        Assert.That(context.Error, Is.Null);
        a.Dispose();
    }

    private static Socket Copy(Socket socket) => new(new SafeSocketHandle(Duplicate((int)socket.Handle), ownsHandle: true));

    // Of all descriptors of this process, the one with that address: nobody has connected yet.
    private static Socket CopyOfListener(int port)
    {
        Span<byte> address = stackalloc byte[128];
        for (int descriptor = 3; descriptor < 4096; descriptor++)
        {
            int size = address.Length;
            if (GetName(descriptor, ref MemoryMarshal.GetReference(address), ref size) == 0
                && BinaryPrimitives.ReadUInt16BigEndian(address[2..]) == port
                && address[0] == (byte)AddressFamily.InterNetwork)
            {
                return new Socket(new SafeSocketHandle(Duplicate(descriptor), ownsHandle: true));
            }
        }

        throw new InvalidOperationException("Nothing listens there.");
    }

    [LibraryImport("libc", EntryPoint = "dup")]
    private static partial int Duplicate(int descriptor);

    [LibraryImport("libc", EntryPoint = "getsockname")]
    private static partial int GetName(int descriptor, ref byte address, ref int size);
}
