using System.IO;
using System.Runtime.InteropServices;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Errors;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// The one loop of a session: read, handle all that is whole, send, and again. Only the loop touches the machine; what a file system
/// completes later comes back to it in turns. Blocking, nothing is awaited that is not complete.
/// </summary>
internal sealed partial class SftpServerSession : IDisposable
{
    /// <summary>Output is sent at the latest when this much waits, so that it stays in the cache of the processor.</summary>
    private const int SendAt = 128 * 1024;

    private readonly ISftpFileSystem _files;
    private readonly SftpServerOptions _options;
    private readonly GuardedLogger _logger;
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly bool _sync;
    private readonly SftpServerMachine _machine;
    private readonly SessionTurns _turns = new();
    private readonly CancellationTokenSource _ended = new();
    private Task? _exclusive;
    private int _running;

    public SftpServerSession(ISftpFileSystem files, SftpServerOptions options, Stream input, Stream output, bool sync)
    {
        _files = files;
        _options = options;
        _logger = new(options.Logger);
        _input = input;
        _output = output;
        _sync = sync;
        _machine = new(files.Extensions & options.Extensions, limits: options.Limits);
        _utcOffset = options.UtcOffset ?? (int)DateTimeOffset.Now.Offset.TotalSeconds;
    }

    public async ValueTask RunAsync(CancellationToken cancellationToken)
    {
        using var session = this;
        using var registration = cancellationToken.UnsafeRegister(static state => ((CancellationTokenSource)state!).Cancel(), _ended);
        Exception? failure = null;
        try
        {
            await Now(_files.SessionStartedAsync(_ended.Token)).ConfigureAwait(false);
            await LoopAsync().ConfigureAwait(false);
            if (!_machine.ClosedByPeer)
            {
                failure = new SshException(_machine.Error!);
            }
        }
#pragma warning disable CA1031 // It is thrown again, when the files are closed.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            failure = ex;
            _machine.Abort("The stream or the file system of the SFTP session failed.");
        }

        await EndAsync(failure).ConfigureAwait(false);
        if (failure is not null)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Capture(failure).Throw();
        }
    }

    private async ValueTask LoopAsync()
    {
        Task<int>? reading = null;
        while (true)
        {
            if (_exclusive is { } exclusive)
            {
                await exclusive.ConfigureAwait(false);
                _exclusive = null;
            }

            _turns.RunAll();
            while (_exclusive is null && _machine.TryPollRequest(out var request))
            {
                Start(request);
                if (_machine.HasOutput && _machine.PeekOutput().Length >= SendAt)
                {
                    break;
                }
            }

            if (_exclusive is not null)
            {
                continue;
            }

            if (_machine.HasOutput)
            {
                if (_sync)
                {
                    SendBlocking();
                }
                else
                {
                    await SendAsync().ConfigureAwait(false);
                }

                continue;
            }

            if (_machine.Error is not null)
            {
                return;
            }

            if (reading is null && _machine.WantsInput)
            {
                if (_sync)
                {
                    Received(ReadBlocking());
                    continue;
                }

                var read = _input.ReadAsync(_machine.GetReceiveBuffer(), _ended.Token);
                if (_running == 0 || read.IsCompleted)
                {
                    Received(await read.ConfigureAwait(false));
                    continue;
                }

                reading = read.AsTask();
            }

            // Something is under way in the file system, perhaps with a read beside it.
            var turn = _turns.WaitAsync();
            await (reading is null ? turn : Task.WhenAny(reading, turn)).ConfigureAwait(false);
            if (reading is { IsCompleted: true })
            {
                int count = await reading.ConfigureAwait(false);
                reading = null;
                Received(count);
            }
        }
    }

    private void Received(int count)
    {
        _machine.CommitReceived(count);
        if (count == 0)
        {
            _machine.ReceiveEnd();
        }
    }

    // The machine's memory is arrays, on every framework.
    private int ReadBlocking()
    {
        MemoryMarshal.TryGetArray<byte>(_machine.GetReceiveBuffer(), out var room);
        return _input.Read(room.Array!, room.Offset, room.Count);
    }

    private void SendBlocking()
    {
        while (_machine.HasOutput)
        {
            var bytes = _machine.PeekOutput();
            MemoryMarshal.TryGetArray(bytes, out var segment);
            _output.Write(segment.Array!, segment.Offset, segment.Count);
            _machine.AdvanceOutput(bytes.Length);
        }

        _output.Flush();
    }

    private async ValueTask SendAsync()
    {
        while (_machine.HasOutput)
        {
            var bytes = _machine.PeekOutput();
            await _output.WriteAsync(bytes, _ended.Token).ConfigureAwait(false);
            _machine.AdvanceOutput(bytes.Length);
        }

        await _output.FlushAsync(_ended.Token).ConfigureAwait(false);
    }

    // Everything that is open is closed, whatever fails on the way: a handle must not outlive its session.
    private async ValueTask EndAsync(Exception? failure)
    {
        try
        {
            _ended.Cancel();
        }
#pragma warning disable CA1031 // Callbacks on the token are the file system's: what they throw keeps nothing open.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            _logger.EndFailed(ex);
        }

        while (_running > 0)
        {
            if (_exclusive is { } exclusive)
            {
                _exclusive = null;
                await exclusive.ConfigureAwait(false);
            }
            else
            {
                await _turns.WaitAsync().ConfigureAwait(false);
                _turns.RunAll();
            }
        }

        while (_machine.TryTakeHandle(out var state))
        {
            try
            {
                if (state is OpenFile file)
                {
                    if (_logsFiles)
                    {
                        _logger.ForcedClosed(Printable(file.Path), file.BytesRead, file.BytesWritten);
                    }

                    await Now(file.File.CloseAsync()).ConfigureAwait(false);
                }
                else if (state is OpenDirectory directory)
                {
                    await Now(directory.Directory.CloseAsync()).ConfigureAwait(false);
                }
            }
#pragma warning disable CA1031 // The others are closed all the same.
            catch (Exception ex)
#pragma warning restore CA1031
            {
                _logger.EndFailed(ex);
            }
        }

        try
        {
            await Now(_files.SessionEndedAsync(failure)).ConfigureAwait(false);
        }
#pragma warning disable CA1031 // What ended the session matters more.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            _logger.EndFailed(ex);
        }
    }

    public void Dispose()
    {
        _machine.Dispose();
        _ended.Dispose();
    }

    /// <summary>Waits for an operation outside the loop: at the beginning and at the end.</summary>
    private ValueTask Now(ValueTask operation)
    {
        if (_sync && !operation.IsCompleted)
        {
            operation.AsTask().GetAwaiter().GetResult();
            return default;
        }

        return operation;
    }

    private async ValueTask Now(ValueTask<SftpStatus> operation)
    {
        if (_sync && !operation.IsCompleted)
        {
            operation.AsTask().GetAwaiter().GetResult();
        }
        else
        {
            await operation.ConfigureAwait(false);
        }
    }

    /// <summary>An operation of the file system; what follows runs in the loop.</summary>
    private ValueTask<T> InTurn<T>(ValueTask<T> operation) => operation.IsCompleted ? operation : InLaterTurn(operation);

    private async ValueTask<T> InLaterTurn<T>(ValueTask<T> operation)
    {
        if (_sync)
        {
            return operation.AsTask().GetAwaiter().GetResult();
        }

        try
        {
            return await operation.ConfigureAwait(false);
        }
        finally
        {
            await _turns;
        }
    }
}
