using System.Threading;
using SshCore.Blocking;
using SshCore.Cli.Unix;
using SshCore.Hosts;

namespace SshCore.Cli.Ssh;

/// <summary>
/// Standard input to the remote command, on a thread that may block in a read for ever: it ends with the process. With an
/// escape character, what is typed after it commands us.
/// </summary>
internal sealed class SessionInput
{
    private const int BufferSize = 256 * 1024;
    private const string Keys = "Escape keys: ~.  disconnect   ~^Z  suspend   ~B  break   ~R  change keys   ~?  this   ~~  the key itself";

    private readonly SshSession _session;
    private readonly SshClient _client;
    private readonly RawTerminal? _terminal;
    private readonly Diagnostics _output;
    private readonly EscapeFilter? _escape;

    internal SessionInput(SshSession session, SshClient client, RawTerminal? terminal, Diagnostics output, char? escape)
    {
        _session = session;
        _client = client;
        _terminal = terminal;
        _output = output;
        _escape = escape is { } character ? new EscapeFilter(character) : null;
    }

    internal void Start() => new Thread(Run, 512 * 1024) { IsBackground = true, Name = "input" }.Start();

    private void Run()
    {
        using var input = Descriptor.Borrow(0);
        byte[] buffer = GC.AllocateUninitializedArray<byte>(_escape is null ? BufferSize : 4096, pinned: true);
        byte[] filtered = new byte[_escape is null ? 0 : buffer.Length + 1];
        try
        {
            int count;
            while ((count = BlockingDescriptor.Read(input, buffer)) > 0 && !_session.PeerStoppedReading)
            {
                if (_escape is null)
                {
                    _session.Write(buffer.AsSpan(0, count));
                }
                else
                {
                    Send(_escape, buffer.AsSpan(0, count), filtered);
                }
            }

            _session.SendEof();
        }
        catch (UnixException e)
        {
            _output.WriteLine("sshcore: standard input: " + e.Message);
            _session.SendEof();
        }
        catch (Exception e) when (e is SshException or ObjectDisposedException)
        {
            // The command or the connection has ended; who reads the output tells about it.
            return;
        }
    }

    private void Send(EscapeFilter escape, ReadOnlySpan<byte> typed, byte[] filtered)
    {
        while (!typed.IsEmpty)
        {
            (int taken, int put, EscapeCommand command) = escape.Take(typed, filtered);
            typed = typed[taken..];
            if (put > 0)
            {
                _session.Write(filtered.AsSpan(0, put));
            }

            Obey(command);
        }
    }

    private void Obey(EscapeCommand command)
    {
        switch (command)
        {
            case EscapeCommand.Disconnect:
                _client.Disconnect();
                break;
            case EscapeCommand.Suspend:
                _terminal?.Restore();
                _ = Libc.Kill(0, SignalNames.TerminalStop);
                break;
            case EscapeCommand.Break:
                _ = _session.Break();
                break;
            case EscapeCommand.Rekey:
                _client.Rekey();
                break;
            case EscapeCommand.Help:
                _output.WriteLine(Keys);
                break;
            default:
                break;
        }
    }
}
