using SshCore.Events;
using SshCore.Messages;
using SshCore.Transport;

namespace SshCore;

// What a person sees who looks for a fault. Off, it costs a branch.
public abstract partial class SshConnection
{
    // A host that commands and does not poll must not fill its memory with traces.
    private const int QueuedTraces = 1024;

    private int _tracesDropped;

    bool IConnectionPort.Traces(SshTraceAreas area) => Traces(area);

    void IConnectionPort.Trace(SshTraceAreas area, string text) => Trace(area, text);

    private bool Traces(SshTraceAreas area) => (_settings.Trace & area) != 0;

    private void Trace(SshTraceAreas area, string text)
    {
        if (Traces(area))
        {
            RaiseTrace(new Traced(area, text));
        }
    }

    private void TracePacket(SshTraceDirection direction, byte number, long length, uint sequence) =>
        RaiseTrace(new Traced(direction, number, (int)length, sequence));

    private void RaiseTrace(Traced trace)
    {
        if (_events.Count >= QueuedTraces)
        {
            _tracesDropped++;
            return;
        }

        if (_tracesDropped > 0)
        {
            Raise(new SshEvent(SshEventKind.Trace, body: new Traced(trace.Area, $"{_tracesDropped} traces before this one were dropped: nobody polled")));
            _tracesDropped = 0;
        }

        Raise(new SshEvent(SshEventKind.Trace, body: trace));
    }

    private bool Fires(TimerKind kind)
    {
        if (!_timers.TryFire(kind, _now))
        {
            return false;
        }

        if (Traces(SshTraceAreas.Timers))
        {
            Trace(SshTraceAreas.Timers, $"{kind} is due");
        }

        return true;
    }
}
