using System.IO;
using System.Threading;
using Microsoft.Extensions.Logging;
using SshCore.Hosts;
using SshCore.Hosts.Driving;

namespace SshCore.Blocking.Driving;

/// <summary>
/// A connection over any stream. A stream's reads and writes cannot be given a time, so one thread reads and one writes
/// and keeps the time; callers wait for them.
/// </summary>
#pragma warning disable CA1001 // The timer is disposed when the connection has ended.
internal sealed class StreamConnection : BlockingConnection
#pragma warning restore CA1001
{
    private readonly Stream _stream;
    private bool _leaveOpen;
    private readonly ConnectionTimer _timer;
    private readonly object _readerSignal = new();
    private readonly object _writerSignal = new();
    private bool _readerPulsed;
    private bool _writerPulsed;
    private bool _readerWaits;
    private bool _readerDone;
    private bool _writing;
    private bool _finished;
    private bool _closed;

    public StreamConnection(SshConnection core, DecisionMaker decisions, ILogger logger, Stream stream, bool leaveOpen)
        : base(core, decisions, logger)
    {
        _stream = stream;
        _leaveOpen = leaveOpen;
        _timer = new(this, () => Guarded("timer", Kick));
    }

    public override bool NeedsKickLocked => HasDeliveriesLocked || (!_writing && Core.HasOutput) || (_readerWaits && Core.WantsInput);

    public override void Run()
    {
        HostThreads.Run(Read);
        HostThreads.Run(Write);
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
        CloseIfFinished();
    }

    public override void Abandon()
    {
        Deliveries deliveries;
        lock (Gate)
        {
            if (_closed)
            {
                return;
            }

            _leaveOpen = true;
            AbandonLocked();
            deliveries = AfterPumpLocked();
        }

        Deliver(deliveries, inline: false);
        CloseIfFinished();
    }

    private Deliveries AfterPumpLocked()
    {
        if (Core.IsFinished)
        {
            _finished = true;
            Drained.Succeed(this, true);
        }

        _timer.ArmLocked(_finished ? null : Core.NextTimeout);
        if ((!_writing && Core.HasOutput) || _finished)
        {
            Pulse(_writerSignal, ref _writerPulsed);
        }

        if (_readerWaits && (Core.WantsInput || Core.Error is not null))
        {
            Pulse(_readerSignal, ref _readerPulsed);
        }

        return TakeDeliveriesLocked();
    }

    private void Read()
    {
        try
        {
            while (TryPrepare(out var buffer))
            {
                if (buffer.IsEmpty)
                {
                    Await(_readerSignal, ref _readerPulsed);
                    continue;
                }

                int count = _stream.Read(buffer.Span);
                Deliveries deliveries;
                lock (Gate)
                {
                    if (!IsCoreGone && Core.Error is null)
                    {
                        Core.CommitReceived(count);
                    }

                    if (count == 0)
                    {
                        _readerDone = true;
                        Core.ReceiveEnd();
                    }

                    PumpLocked();
                    deliveries = AfterPumpLocked();
                }

                Deliver(deliveries, inline: false);
            }
        }
#pragma warning disable CA1031 // The error goes to all who use the connection.
        catch (Exception ex)
#pragma warning restore CA1031
        {
            Fail(ex);
        }
    }

    private bool TryPrepare(out Memory<byte> buffer)
    {
        lock (Gate)
        {
            buffer = default;
            if (_readerDone || Core.Error is not null)
            {
                _readerDone = true;
                return false;
            }

            _readerWaits = !Core.WantsInput;
            if (!_readerWaits)
            {
                buffer = Core.GetReceiveBuffer();
            }

            return true;
        }
    }

    private void Write()
    {
        while (true)
        {
            ReadOnlyMemory<byte> output;
            Deliveries deliveries;
            bool ends;
            lock (Gate)
            {
                PumpLocked();
                output = _finished ? default : Core.PeekOutput();
                _writing = !output.IsEmpty;
                deliveries = AfterPumpLocked();
                ends = _finished;
            }

            Deliver(deliveries, inline: false);
            if (ends)
            {
                break;
            }

            if (output.IsEmpty)
            {
                Await(_writerSignal, ref _writerPulsed);
                continue;
            }

            try
            {
                _stream.Write(output.Span);
                _stream.Flush();
            }
#pragma warning disable CA1031 // The error goes to all who use the connection.
            catch (Exception ex)
#pragma warning restore CA1031
            {
                Fail(ex);
                continue;
            }

            lock (Gate)
            {
                // An abort meanwhile has dropped the output.
                if (Core.HasOutput)
                {
                    Core.AdvanceOutput(output.Length);
                }
            }
        }

        CloseIfFinished();
    }

    // By whoever sees it first: the thread that writes may be stuck in the stream, which only closing ends.
    private void CloseIfFinished()
    {
        Deliveries deliveries;
        lock (Gate)
        {
            if (!_finished || _closed)
            {
                return;
            }

            _closed = true;
            _timer.Dispose();
        }

        if (!_leaveOpen)
        {
            Guarded("closing the stream", _stream.Dispose);
        }

        lock (Gate)
        {
            TerminateLocked();
            deliveries = AfterPumpLocked();
        }

        Deliver(deliveries, inline: false);
        if (TerminatedHandler is { } handler)
        {
            Guarded("end", handler);
        }
    }

    private void Fail(Exception exception)
    {
        Deliveries deliveries;
        lock (Gate)
        {
            HasCrashed |= !IsOfTheStream(exception);
            _readerDone = true;
            AbortLocked(exception);
            deliveries = AfterPumpLocked();
        }

        Deliver(deliveries, inline: false);
        CloseIfFinished();
    }

    private static void Pulse(object signal, ref bool pulsed)
    {
        lock (signal)
        {
            pulsed = true;
            Monitor.Pulse(signal);
        }
    }

    private static void Await(object signal, ref bool pulsed)
    {
        lock (signal)
        {
            while (!pulsed)
            {
                Monitor.Wait(signal);
            }

            pulsed = false;
        }
    }
}
