using System.Net.Sockets;

namespace SshCore.Hosts.Driving;

/// <summary>
/// Acknowledges at once, on Linux, what was received at the beginning of a connection and needs no answer of ours. Peers
/// that leave Nagle's algorithm on, as OpenSSH does until a session has begun, hold their next message back until then,
/// which is 40 ms later if it is left to the system.
/// </summary>
internal struct PromptAck
{
    // Beyond the set-up of a connection, delayed acknowledgements save more than they cost.
    private const int Most = 32;

    private int _done;
    private bool _owed;

    /// <summary>Something was received.</summary>
    public void Received() => _owed = true;

    /// <summary>Something was sent, and the acknowledgement with it.</summary>
    public void Sent() => _owed = false;

    /// <summary>To be called before a wait for the peer.</summary>
    public void BeforeWait(Socket socket)
    {
        if (_owed && _done < Most)
        {
            _owed = false;
            _done++;
            Acknowledge(socket);
        }
    }

#if NETSTANDARD2_0
    private static void Acknowledge(Socket socket)
    {
        // There is no way to name the option.
    }
#else
    private const int Tcp = 6;
    private const int QuickAck = 12;

    private static void Acknowledge(Socket socket)
    {
        if (!OperatingSystem.IsLinux())
        {
            return;
        }

        try
        {
            socket.SetRawSocketOption(Tcp, QuickAck, [1, 0, 0, 0]);
        }
        catch (SocketException)
        {
            // Not TCP, or gone: the next receive tells.
        }
    }
#endif
}
