using System.Runtime.InteropServices;
using System.Threading;
using SshCore.Blocking;
using SshCore.Cli.Unix;

namespace SshCore.Cli.Ssh;

/// <summary>
/// While a session runs, the signals that ask us to end close the connection, and we exit with 255, as OpenSSH's ssh does.
/// Whoever has set a signal to be ignored before us, as nohup does, keeps that.
/// </summary>
internal sealed class QuitSignals : IDisposable
{
    // A server that takes nothing any more must not keep us from ending.
    private static readonly TimeSpan LastWords = TimeSpan.FromSeconds(1);

    private readonly SshClient _client;
    private readonly Action<PosixSignal> _onQuit;
    private readonly List<PosixSignalRegistration> _registrations = [];
    private int _quits;

    /// <param name="client">The connection to close.</param>
    /// <param name="onQuit">Called first, with the signal: puts the terminal back.</param>
    internal QuitSignals(SshClient client, Action<PosixSignal> onQuit)
    {
        _client = client;
        _onQuit = onQuit;
        foreach (PosixSignal signal in (ReadOnlySpan<PosixSignal>)[PosixSignal.SIGTERM, PosixSignal.SIGHUP, PosixSignal.SIGINT, PosixSignal.SIGQUIT])
        {
            if (!SignalNames.IsIgnored(signal))
            {
                _registrations.Add(PosixSignalRegistration.Create(signal, Quit));
            }
        }
    }

    /// <summary>Whether a signal has ended us: then what the end of the connection brings about is no news.</summary>
    internal bool HasQuit => Volatile.Read(ref _quits) > 0;

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }

    private void Quit(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _quits) > 1)
        {
            return;
        }

        _onQuit(context.Signal);

        // The session's own thread may be blocked in a write that nobody reads: the process ends from here.
        var closing = new Thread(() => _client.Disconnect()) { IsBackground = true };
        closing.Start();
        closing.Join(LastWords);
        Environment.Exit(ExitCodes.Ssh);
    }
}
