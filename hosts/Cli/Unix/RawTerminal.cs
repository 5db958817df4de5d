using System.Runtime.InteropServices;
using System.Threading;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>
/// Changes a terminal's settings for a while and puts them back on every way out: <see cref="Dispose"/>, the end of the
/// process, and the signals that would end it.
/// </summary>
internal sealed class RawTerminal : IDisposable
{
    private readonly SafeFileHandle _terminal;
    private readonly Termios _original;
    private readonly Termios _changed;
    private readonly Lock _gate = new();
    private readonly List<PosixSignalRegistration> _registrations = [];
    private bool _disposed;

    private RawTerminal(SafeFileHandle terminal, Action<Termios> change, ReadOnlySpan<PosixSignal> fatal)
    {
        _terminal = terminal;
        _original = Termios.Read(terminal);
        _changed = _original.Copy();
        change(_changed);
        AppDomain.CurrentDomain.ProcessExit += OnExit;
        foreach (PosixSignal signal in fatal)
        {
            // The default action follows, and ends the process.
            _registrations.Add(PosixSignalRegistration.Create(signal, _ => Restore()));
        }

        _registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGCONT, context =>
        {
            // The runtime's own way to continue would put back the settings that it found at its start.
            context.Cancel = true;
            Enter();
        }));
        Enter();
    }

    /// <summary>Everything typed goes through.</summary>
    internal static RawTerminal Raw(SafeFileHandle terminal) =>
        new(terminal, static settings => settings.MakeRaw(), [PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT]);

    /// <summary>What is typed isn't shown.</summary>
    internal static RawTerminal Hidden(SafeFileHandle terminal) =>
        new(terminal, static settings => settings.HideInput(), [PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT]);

    /// <summary>The settings as found.</summary>
    internal Termios Original => _original;

    /// <summary>Puts the found settings back for a while, for the shell while we are stopped.</summary>
    internal void Restore()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                TryWrite(_original);
            }
        }
    }

    /// <summary>Makes the change again.</summary>
    internal void Enter()
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                TryWrite(_changed);
            }
        }
    }

    /// <summary>Puts the found settings back for good.</summary>
    public void Dispose()
    {
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            TryWrite(_original);
            _disposed = true;
        }

        AppDomain.CurrentDomain.ProcessExit -= OnExit;
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void OnExit(object? sender, EventArgs e) => Restore();

    private void TryWrite(Termios settings)
    {
        try
        {
            settings.Write(_terminal);
        }
        catch (UnixException)
        {
            // The terminal is gone (its window was closed): then there is nothing to put back.
        }
    }
}
