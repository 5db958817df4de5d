using System.IO;
using System.Threading;
using System.Threading.Tasks;
using Microsoft.Extensions.Logging.Abstractions;
using SshCore.Errors;
using SshCore.Hosts.Driving;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// Drives an SFTP session over two streams that are no channel: the pipes of a program, a socket. One loop reads and one
/// writes, on threads of their own for blocking use, else as awaits.
/// </summary>
#pragma warning disable CA1001 // A semaphore that gives no wait handle holds nothing.
internal sealed class SftpStreamDriver : HostDriver
#pragma warning restore CA1001
{
    private readonly Stream _input;
    private readonly Stream _output;
    private readonly bool _leaveOpen;
    private readonly bool _isBlocking;
    private readonly SftpSession _session;
    private readonly SemaphoreSlim _mayWrite = new(0);
    private readonly SemaphoreSlim _mayRead = new(0);
    private Exception? _cause;
    private bool _isWriterPulsed;
    private bool _readerWaits;
    private bool _isClosed;

    public SftpStreamDriver(Stream input, Stream output, bool leaveOpen, SftpClientMachine machine, bool isBlocking)
        : base(NullLogger.Instance)
    {
        _input = input;
        _output = output;
        _leaveOpen = leaveOpen;
        _isBlocking = isBlocking;
        _session = new SftpSession(this, machine);
    }

    public SftpSession Session => _session;

    /// <summary>The streams have failed, or were closed.</summary>
    public bool HasFailed { get; private set; }

    public override bool NeedsKickLocked => HasDeliveriesLocked || (!_isWriterPulsed && _session.Machine.HasOutput);

    public void Run()
    {
        Spawn(ReadLoop);
        Spawn(WriteLoop);
        Kick();
    }

    public override void Kick()
    {
        Deliveries deliveries;
        lock (Gate)
        {
            PumpLocked();
            deliveries = AfterPumpLocked();
        }

        Deliver(deliveries, inline: false);
    }

    public override void PumpLocked()
    {
        _session.Machine.Tick(HostClock.Now);
        _session.PumpLocked();
        SettleFilledLocked();
    }

    public override Exception MakeEndException() => new SshConnectionException(
        new SshError(SshErrorKind.ConnectionLost, _cause is null ? "The SFTP stream is closed." : "The SFTP stream failed: " + Text.Printable(_cause.Message)), _cause);

    public override void ThrowIfEndedLocked() => _session.ThrowIfEndedLocked();

    /// <summary>Ends the session and closes the streams.</summary>
    public void Close()
    {
        Deliveries deliveries;
        lock (Gate)
        {
            if (_isClosed)
            {
                return;
            }

            _isClosed = true;
            _session.OnGoneLocked("The SFTP stream is closed.");
            deliveries = AfterPumpLocked();
        }

        Deliver(deliveries, inline: false);
        if (!_leaveOpen)
        {
            // The output first: a program at the other end sees its input end, and ends.
            Quietly(_output);
            Quietly(_input);
        }
    }

    protected override void Start(HostWork work) => Task.Run(() => work.RunAsync(_isBlocking).AsTask());

    private void Spawn(Func<Task> loop)
    {
        if (_isBlocking)
        {
            new Thread(() => loop().GetAwaiter().GetResult()) { IsBackground = true, Name = "SFTP stream" }.Start();
        }
        else
        {
            Task.Run(loop);
        }
    }

    private Deliveries AfterPumpLocked()
    {
        if (!_isWriterPulsed && (_session.Machine.HasOutput || _session.Machine.Error is not null))
        {
            _isWriterPulsed = true;
            _mayWrite.Release();
        }

        if (_readerWaits && (_session.Machine.WantsInput || _session.Machine.Error is not null))
        {
            _readerWaits = false;
            _mayRead.Release();
        }

        return TakeDeliveriesLocked();
    }

    private async Task ReadLoop()
    {
        try
        {
            while (true)
            {
                Memory<byte> lease = default;
                lock (Gate)
                {
                    if (_session.Machine.Error is not null)
                    {
                        return;
                    }

                    _readerWaits = !_session.Machine.WantsInput;
                    if (!_readerWaits)
                    {
                        lease = _session.Machine.GetReceiveBuffer();
                    }
                }

                if (lease.IsEmpty)
                {
                    await Await(_mayRead).ConfigureAwait(false);
                    continue;
                }

                int count = _isBlocking ? ReadNow(lease) : await _input.ReadAsync(lease, CancellationToken.None).ConfigureAwait(false);
                Deliveries deliveries;
                lock (Gate)
                {
                    _session.Machine.CommitReceived(count);
                    if (count == 0)
                    {
                        _session.Machine.ReceiveEnd();
                    }

                    PumpLocked();
                    deliveries = AfterPumpLocked();
                }

                Deliver(deliveries, inline: false);
                if (count == 0)
                {
                    return;
                }
            }
        }
#pragma warning disable CA1031 // The error goes to all who use the session.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(ex);
        }
    }

    private async Task WriteLoop()
    {
        try
        {
            while (true)
            {
                ReadOnlyMemory<byte> output;
                lock (Gate)
                {
                    output = _session.Machine.PeekOutput();
                    _isWriterPulsed = !output.IsEmpty;
                    if (output.IsEmpty && _session.Machine.Error is not null)
                    {
                        return;
                    }
                }

                if (output.IsEmpty)
                {
                    await Await(_mayWrite).ConfigureAwait(false);
                    continue;
                }

                if (_isBlocking)
                {
                    WriteNow(output);
                }
                else
                {
                    await _output.WriteAsync(output, CancellationToken.None).ConfigureAwait(false);
                    await _output.FlushAsync().ConfigureAwait(false);
                }

                lock (Gate)
                {
                    // An abort meanwhile has dropped the output.
                    if (_session.Machine.HasOutput)
                    {
                        _session.Machine.AdvanceOutput(output.Length);
                    }
                }

                Kick();
            }
        }
#pragma warning disable CA1031 // The error goes to all who use the session.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(ex);
        }
    }

    private Task Await(SemaphoreSlim signal)
    {
        if (!_isBlocking)
        {
            return signal.WaitAsync();
        }

        signal.Wait();
        return Task.CompletedTask;
    }

    private int ReadNow(Memory<byte> lease) => _input.Read(lease.Span);

    private void WriteNow(ReadOnlyMemory<byte> output)
    {
        _output.Write(output.Span);
        _output.Flush();
    }

    private void Fail(Exception exception)
    {
        Deliveries deliveries;
        lock (Gate)
        {
            if (_session.Machine.Error is null)
            {
                _cause ??= exception;
                HasFailed = true;
            }

            _session.OnGoneLocked("The SFTP stream failed.");
            deliveries = AfterPumpLocked();
        }

        Deliver(deliveries, inline: false);
    }

    private static void Quietly(Stream stream)
    {
        try
        {
            stream.Dispose();
        }
        catch (IOException)
        {
            return; // what could not be flushed nobody wants any more
        }
        catch (ObjectDisposedException)
        {
            return;
        }
    }
}
