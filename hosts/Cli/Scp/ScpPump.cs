using System.IO;
using SshCore.Cli.Sftp.Commands;
using SshCore.Scp;

namespace SshCore.Cli.Scp;

/// <summary>Moves bytes between a machine of the old protocol and its stream.</summary>
internal sealed class ScpPump
{
    private readonly ScpMachine _machine;
    private readonly Stream _stream;

    internal ScpPump(ScpMachine machine, Stream stream)
    {
        _machine = machine;
        _stream = stream;
    }

    /// <summary>Sends what the machine has to say.</summary>
    internal void Flush()
    {
        while (_machine.HasOutput)
        {
            ReadOnlyMemory<byte> bytes = _machine.PeekOutput();
            _stream.Write(bytes.Span);
            _machine.AdvanceOutput(bytes.Length);
        }

        _stream.Flush();
    }

    /// <summary>The next event; waits for it.</summary>
    /// <exception cref="SftpCommandException">The session ended otherwise than in order.</exception>
    internal ScpEvent Next()
    {
        while (true)
        {
            Flush();
            if (_machine.TryPollEvent(out ScpEvent e))
            {
                if (e.Kind != ScpEventKind.Closed)
                {
                    return e;
                }

                Flush();
                return _machine.Error is null ? e : throw new SftpCommandException(_machine.Error.ToString());
            }

            // The poll itself may have answered; who waits for that sends nothing.
            Flush();
            int count = _stream.Read(_machine.GetReceiveBuffer().Span);
            _machine.CommitReceived(count);
            if (count == 0)
            {
                _machine.ReceiveEnd();
            }
        }
    }
}
