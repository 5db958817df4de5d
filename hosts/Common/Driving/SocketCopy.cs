using System.Net.Sockets;
using System.Runtime.InteropServices;

namespace SshCore.Hosts.Driving;

/// <summary>
/// Lets go of a socket of which another process has a descriptor too. On Unix, closing the class of .NET may call
/// shutdown(2) or reset the connection, to free threads that wait for it, and that would end it for the other process.
/// </summary>
internal static class SocketCopy
{
    /// <summary>
    /// Puts another, unconnected socket behind the descriptor: that closes this copy and nothing else. The object can then be
    /// disposed as any other, and calls under way on other threads fail; the descriptor's number never names anything else.
    /// </summary>
    /// <exception cref="SocketException">The system has no descriptor left: nothing has happened.</exception>
    /// <exception cref="ObjectDisposedException">It was disposed before.</exception>
    public static void Detach(Socket socket)
    {
        if (RuntimeInformation.IsOSPlatform(OSPlatform.Windows))
        {
            return; // closing is just that there
        }

        using var blank = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        if (Duplicate(blank.Handle.ToInt32(), socket.Handle.ToInt32()) < 0)
        {
            throw new SocketException((int)SocketError.TooManyOpenSockets);
        }
    }

    [DllImport("libc", EntryPoint = "dup2")]
    private static extern int Duplicate(int from, int to);
}
