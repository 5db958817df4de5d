using System.Buffers;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Native.Easy;

/// <summary>Runs one command to its end.</summary>
internal sealed unsafe class EasyCommand(EasyObject easy)
{
    private readonly ArrayBufferWriter<byte> _out = new();
    private readonly ArrayBufferWriter<byte> _error = new();
    private uint? _status;
    private string? _signal;

    /// <summary>The input is the caller's memory, and is read from there.</summary>
    public EasyResultStruct Run(ReadOnlySpan<byte> command, nint input, nuint inputLength)
    {
        int length = In.Bytes(input, inputLength, "input").Length;
        easy.Begin();
        var id = easy.Start(new ExecRequest(command.ToArray()));
        try
        {
            var channel = easy.Connection.Channel(id);
            int written = 0;
            bool isEnded = false;
            easy.Until(e =>
            {
                if (e.Channel == id)
                {
                    Take(e);
                }

                if (!isEnded)
                {
                    written += channel.Write(new ReadOnlySpan<byte>((byte*)input + written, length - written));
                    if (written == length || !channel.IsOpen)
                    {
                        isEnded = true;
                        channel.SendEof();
                    }
                }

                return easy.IsClosed(e, id);
            }, poke: true);
        }
        finally
        {
            easy.Finish(id);
        }

        easy.Texts.Reset();
        return new EasyResultStruct
        {
            HasStatus = _status is null ? 0u : 1u,
            Status = _status ?? 0,
            Signal = easy.Texts.Text(_signal),
            Out = easy.Texts.Bytes(_out.WrittenSpan),
            OutLength = (nuint)_out.WrittenCount,
            Err = easy.Texts.Bytes(_error.WrittenSpan),
            ErrLength = (nuint)_error.WrittenCount,
        };
    }

    private void Take(in SshEvent e)
    {
        switch (e.Body)
        {
            case ExitStatus exit:
                _status = exit.Status;
                break;
            case ExitSignal signal:
                _signal = signal.Name;
                break;
            default:
                if (e.Kind == SshEventKind.ChannelData)
                {
                    var target = e.Stream == DataStream.Standard ? _out : _error;
                    for (var data = easy.Connection.BorrowData(e); !data.IsEmpty; data = easy.Connection.BorrowData(e))
                    {
                        if (_out.WrittenCount + _error.WrittenCount > easy.MaxOutput - data.Length)
                        {
                            throw new NativeException(Result.Limit, $"The command's output exceeds {easy.MaxOutput} bytes.");
                        }

                        target.Write(data.Span);
                    }
                }

                break;
        }
    }
}
