using System.Net;
using System.Net.Sockets;
using SshCore.Errors;

namespace SshCore.Hosts.Driving;

/// <summary>Attempts to connect to one host, an address after the other, and what is to be said when none has succeeded.</summary>
internal sealed class DialAttempts
{
    private readonly string _host;
    private readonly int _port;
    private readonly TimeSpan _timeout;
    private readonly List<Exception> _failures = [];

    public DialAttempts(string host, int port, TimeSpan timeout)
    {
        _host = host;
        _port = port;
        _timeout = timeout;
    }

    /// <summary>The host itself, if it is an address already.</summary>
    public bool TryLiteral(out IPAddress[] addresses)
    {
        bool isLiteral = IPAddress.TryParse(_host, out var address);
        addresses = isLiteral ? [address!] : [];
        return isLiteral;
    }

    /// <summary>A socket for an attempt.</summary>
    public static Socket NewSocket(IPAddress address) => new(address.AddressFamily, SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };

    /// <summary>Where an attempt goes.</summary>
    public IPEndPoint EndPoint(IPAddress address) => new(address, _port);

    /// <summary>An attempt has ended by an exception: true if the next address is to be tried.</summary>
    public bool GoesOnAfter(Exception exception, Socket socket)
    {
        socket.Dispose();
        if (exception is not SocketException)
        {
            return false;
        }

        _failures.Add(exception);
        return true;
    }

    /// <summary>What to throw when no address is left.</summary>
    public SshConnectionException Exhausted() => _failures.Count switch
    {
        0 => Failed("it has no address", null),
        1 => Failed(_failures[0].Message, _failures[0]),
        _ => Failed($"none of its {_failures.Count} addresses answers", new AggregateException(_failures)),
    };

    /// <summary>What to throw when the name cannot be looked up.</summary>
    public SshConnectionException NotFound(SocketException exception) => Failed(exception.Message, exception);

    /// <summary>What to throw when the time is over.</summary>
    public SshTimeoutException TimedOut() => new($"{_host} did not answer on port {_port} within {_timeout}.");

    private SshConnectionException Failed(string why, Exception? cause) =>
        new(new SshError(SshErrorKind.HostFailure, $"Cannot connect to {_host} port {_port}: {why}."), cause);
}
