using System.IO;
using System.Net.Sockets;
using System.Text;
using Microsoft.Extensions.Logging;

namespace SshCore.Cli.SftpServers;

/// <summary>The system log, by its local socket (RFC 3164 as syslog(3) speaks it).</summary>
internal sealed class SystemLog : IDisposable
{
    private const string Path = "/dev/log";

    private readonly Socket _socket;
    private readonly string _tag;
    private readonly int _facility;

    private SystemLog(Socket socket, string tag, int facility)
    {
        _socket = socket;
        _tag = tag;
        _facility = facility;
    }

    /// <summary>Opens it; null if there is none on this system, as syslog(3) would then say nothing.</summary>
    internal static SystemLog? Open(string name, int facility)
    {
        if (!File.Exists(Path))
        {
            return null;
        }

        var socket = new Socket(AddressFamily.Unix, SocketType.Dgram, ProtocolType.Unspecified);
        try
        {
            socket.Connect(new UnixDomainSocketEndPoint(Path));
            socket.Blocking = false;
            return new SystemLog(socket, $"{name}[{Environment.ProcessId}]: ", facility);
        }
        catch (SocketException)
        {
            socket.Dispose();
            return null;
        }
    }

    /// <summary>Writes a line; one that the log does not take at once is lost, for the session must not wait for it.</summary>
    internal void Write(int severity, string text)
    {
        string time = DateTime.Now.ToString("MMM", System.Globalization.CultureInfo.InvariantCulture)
            + DateTime.Now.Day.ToString(System.Globalization.CultureInfo.InvariantCulture).PadLeft(3)
            + DateTime.Now.ToString(" HH:mm:ss", System.Globalization.CultureInfo.InvariantCulture);
        try
        {
            _socket.Send(Encoding.UTF8.GetBytes($"<{(_facility * 8) + severity}>{time} {_tag}{text}"));
        }
        catch (SocketException)
        {
            // The log was restarted, or is full.
        }
    }

    public void Dispose() => _socket.Dispose();
}

/// <summary>What the server logs, as lines of the system log.</summary>
internal sealed class SystemLogger : ILogger
{
    private readonly SystemLog _log;
    private readonly LogLevel _least;

    internal SystemLogger(SystemLog log, LogLevel least)
    {
        _log = log;
        _least = least;
    }

    public bool IsEnabled(LogLevel logLevel) => logLevel >= _least && logLevel != LogLevel.None;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
    {
        if (!IsEnabled(logLevel))
        {
            return;
        }

        int severity = logLevel switch
        {
            LogLevel.Critical => 2,
            LogLevel.Error => 3,
            LogLevel.Warning => 4,
            LogLevel.Information => 6,
            _ => 7,
        };
        string text = formatter(state, exception);
        _log.Write(severity, exception is null ? text : $"{text}: {exception.Message}");
    }
}
