using Microsoft.Extensions.Logging;

namespace SshCore.Cli;

/// <summary>What the hosts log, as lines of <see cref="Diagnostics"/>.</summary>
internal sealed class DiagnosticsLogger : ILogger
{
    private readonly Diagnostics _output;
    private readonly LogLevel _least;

    /// <summary>Writes from <paramref name="least"/> on; <see cref="LogLevel.None"/> writes nothing.</summary>
    internal DiagnosticsLogger(Diagnostics output, LogLevel least)
    {
        _output = output;
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

        string prefix = logLevel switch
        {
            LogLevel.Trace => "debug2: ",
            LogLevel.Debug => "debug1: ",
            _ => "",
        };
        string text = prefix + formatter(state, exception);
        _output.WriteLine(exception is null ? text : $"{text}: {exception.Message}");
    }
}
