using System.Net;
using System.Net.Sockets;
using NUnit.Framework;
using SshCore.Hosts.Driving;

namespace SshCore.Tests.Hosts;

/// <summary>Acknowledging at once: getsockopt tells whether the system would, after it was told not to.</summary>
[Platform("Linux")]
public sealed class PromptAckTests
{
    private const int Tcp = 6;
    private const int QuickAck = 12;

    [Test]
    public void What_was_not_answered_is_acknowledged_before_a_wait()
    {
        using var pair = new SocketPair();
        var ack = new PromptAck();
        pair.Delay();
        ack.BeforeWait(pair.Near);
        Assert.That(pair.IsPrompt, Is.False, "nothing was received");
        ack.Received();
        ack.Sent();
        ack.BeforeWait(pair.Near);
        Assert.That(pair.IsPrompt, Is.False, "what was sent has acknowledged it");
        ack.Received();
        ack.BeforeWait(pair.Near);
        Assert.That(pair.IsPrompt, Is.True, "nothing was sent");
    }

    [Test]
    public void Only_at_the_beginning_of_a_connection()
    {
        using var pair = new SocketPair();
        var ack = new PromptAck();
        int prompt = 0;
        for (int i = 0; i < 100; i++)
        {
            pair.Delay();
            ack.Received();
            ack.BeforeWait(pair.Near);
            prompt += pair.IsPrompt ? 1 : 0;
        }

        Assert.That(prompt, Is.EqualTo(32));
    }

    [Test]
    public void A_socket_that_is_no_tcp_socket_is_left_alone()
    {
        using var socket = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        var ack = new PromptAck();
        ack.Received();
        Assert.That(() => ack.BeforeWait(socket), Throws.Nothing);
    }

    private sealed class SocketPair : IDisposable
    {
        private readonly Socket _far;

        public SocketPair()
        {
            using var listener = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            listener.Bind(new IPEndPoint(IPAddress.Loopback, 0));
            listener.Listen();
            Near = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
            Near.Connect(listener.LocalEndPoint!);
            _far = listener.Accept();
        }

        public Socket Near { get; }

        public bool IsPrompt
        {
            get
            {
                Span<byte> value = stackalloc byte[4];
                Near.GetRawSocketOption(Tcp, QuickAck, value);
                return value[0] != 0;
            }
        }

        public void Delay() => Near.SetRawSocketOption(Tcp, QuickAck, [0, 0, 0, 0]);

        public void Dispose()
        {
            Near.Dispose();
            _far.Dispose();
        }
    }
}
