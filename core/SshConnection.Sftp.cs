using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Sftp;

namespace SshCore;

// SFTP machines that are attached to channels: the connection is their stream.
public abstract partial class SshConnection
{
    private readonly List<SftpAttachment> _sftp = [];
    private SshEvent _deferred;
    private bool _hasDeferred;

    /// <summary>
    /// Joins a machine to a channel: from now on the channel's data of the standard stream goes to the machine and the
    /// machine's output into the channel, inside <see cref="TryPollEvent"/> and whenever output is asked for.
    /// <see cref="SshEventKind.SftpReady"/> says that the machine has something to poll: poll it until it has nothing. The
    /// machine hears of EOF and of the channel's end as the end of its input, and of the time with <see cref="Tick"/>.
    /// ChannelData of the standard stream and ChannelWritable are not raised for such a channel. The caller keeps and disposes
    /// of the machine, and closes the channel.
    /// </summary>
    /// <param name="channel">A channel that is open, or is about to be; its window must not be manual.</param>
    /// <param name="machine">The machine; nothing else moves its bytes from now on.</param>
    /// <exception cref="SshUsageException">
    /// The connection does not have the channel, its window is manual, or the channel or machine is joined already.
    /// </exception>
    public void AttachSftp(ChannelId channel, SftpMachine machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        ThrowIfDisposed();
        if (_channels.Find(channel) is not { Phase: ChannelPhase.Opening or ChannelPhase.Open } found)
        {
            throw new SshUsageException($"Channel {channel} is neither open nor being opened by this side.");
        }

        if (found.ManualWindow)
        {
            throw new SshUsageException("A machine takes no channel with a manual window.");
        }

        foreach (var other in _sftp)
        {
            if (other.Channel == channel || other.Machine == machine)
            {
                throw new SshUsageException("The channel or the machine is joined already.");
            }
        }

        machine.Tick(_now);
        _sftp.Add(new SftpAttachment(channel, machine));
    }

    /// <summary>True if a poll would feed a machine or tell of one.</summary>
    private bool HasSftpWork
    {
        get
        {
            if (_hasDeferred)
            {
                return true;
            }

            foreach (var joined in _sftp)
            {
                if ((joined.Machine.HasWork && !joined.IsTold) || (joined.Machine.WantsInput && (joined.EndsAfterData || _channels.Available(joined.Channel, DataStream.Standard) > 0)))
                {
                    return true;
                }
            }

            return false;
        }
    }

    /// <summary>Before packets are handled: data that waited for a machine, and machines that have news.</summary>
    private bool TryPollSftp(out SshEvent e)
    {
        if (_hasDeferred)
        {
            e = _deferred;
            _hasDeferred = false;
            _deferred = default;
            return true;
        }

        for (int i = 0; i < _sftp.Count; i++)
        {
            var joined = _sftp[i];
            joined.IsTold &= joined.Machine.HasWork;
            Feed(joined);
            if (joined.Machine.HasWork && !joined.IsTold)
            {
                joined.IsTold = true;
                e = new SshEvent(SshEventKind.SftpReady, joined.Channel);
                return true;
            }

            if (joined.IsOver)
            {
                _sftp.RemoveAt(i--);
            }
        }

        e = default;
        return false;
    }

    /// <summary>Takes an event of a joined channel. False: the host gets <paramref name="e"/>, which may have become another.</summary>
    private bool TakeForSftp(ref SshEvent e)
    {
        if (FindSftp(e.Channel) is not { } joined)
        {
            return false;
        }

        switch (e.Kind)
        {
            case SshEventKind.ChannelData when e.Stream == DataStream.Standard:
                break;
            case SshEventKind.ChannelWritable:
                joined.WaitsForRoom = false;
                Drain(joined);
                break;
            case SshEventKind.ChannelEof:
                joined.EndsAfterData = true;
                break;
            case SshEventKind.ChannelClosed or SshEventKind.ChannelRefused:
                joined.EndsAfterData = true;
                joined.IsClosed = true;
                joined.WaitsForRoom = false;
                Drain(joined); // it goes nowhere, and must not hold back the end
                break;
            default:
                return false;
        }

        Feed(joined);
        bool ready = joined.Machine.HasWork && !joined.IsTold;
        bool swallowed = e.Kind is SshEventKind.ChannelData or SshEventKind.ChannelWritable;
        if (!ready)
        {
            return swallowed;
        }

        if (!swallowed)
        {
            _deferred = e;
            _hasDeferred = true;
        }

        joined.IsTold = true;
        e = new SshEvent(SshEventKind.SftpReady, joined.Channel);
        return false;
    }

    private SftpAttachment? FindSftp(ChannelId channel)
    {
        foreach (var joined in _sftp)
        {
            if (joined.Channel == channel)
            {
                return joined;
            }
        }

        return null;
    }

    // What the machine does not want stays in the channel and keeps its window shut.
    private void Feed(SftpAttachment joined)
    {
        if (joined.Machine.Error is not null && !joined.IsShut)
        {
            joined.IsShut = true;
            _channels.ShutdownRead(joined.Channel); // nobody will read what still comes
        }

        while (joined.Machine.WantsInput && _channels.Available(joined.Channel, DataStream.Standard) > 0)
        {
            int count = _channels.Read(joined.Channel, joined.Machine.GetReceiveBuffer().Span, DataStream.Standard);
            joined.Machine.CommitReceived(count);
            joined.IsTold = false;
        }

        if (joined.EndsAfterData && !joined.IsEndTold && _channels.Available(joined.Channel, DataStream.Standard) == 0)
        {
            joined.IsEndTold = true;
            joined.IsTold = false;
            joined.Machine.ReceiveEnd();
        }
    }

    // While the channel waits for room only its ChannelWritable goes on: so other channels get their turn.
    private void DrainSftp()
    {
        foreach (var joined in _sftp)
        {
            if (Error is not null && !joined.IsClosed)
            {
                continue;
            }

            if (joined.Machine.WantedWindow > joined.Wanted)
            {
                joined.Wanted = joined.Machine.WantedWindow;
                _channels.WantWindow(joined.Channel, joined.Wanted);
            }

            if (!joined.WaitsForRoom && joined.Machine.HasOutput)
            {
                Drain(joined);
            }
        }
    }

    private void Drain(SftpAttachment joined)
    {
        bool hadWork = joined.Machine.HasWork;
        Pass(joined);
        joined.IsTold &= hadWork || !joined.Machine.HasWork; // unsent output had held it back: that is news
    }

    private void Pass(SftpAttachment joined)
    {
        while (joined.Machine.HasOutput)
        {
            var bytes = joined.Machine.PeekOutput();
            int taken = joined.IsClosed || !_channels.TakesData(joined.Channel) ? bytes.Length : _channels.Write(joined.Channel, bytes.Span, DataStream.Standard);
            joined.Machine.AdvanceOutput(taken);
            if (taken < bytes.Length)
            {
                joined.WaitsForRoom = true;
                return;
            }
        }
    }

    private void TickSftp()
    {
        foreach (var joined in _sftp)
        {
            joined.Machine.Tick(_now);
        }
    }

    private void AbortSftp()
    {
        foreach (var joined in _sftp)
        {
            joined.Machine.Abort("The connection was disposed.");
        }

        _sftp.Clear();
    }

    private sealed class SftpAttachment(ChannelId channel, SftpMachine machine)
    {
        public ChannelId Channel { get; } = channel;

        public SftpMachine Machine { get; } = machine;

        /// <summary>The host was told to poll and has had no new reason since.</summary>
        public bool IsTold { get; set; }

        /// <summary>A write was short: ChannelWritable will come.</summary>
        public bool WaitsForRoom { get; set; }

        /// <summary>The most that the machine had asked for.</summary>
        public long Wanted { get; set; }

        /// <summary>The peer sends no more than what is unread.</summary>
        public bool EndsAfterData { get; set; }

        public bool IsEndTold { get; set; }

        public bool IsShut { get; set; }

        public bool IsClosed { get; set; }

        /// <summary>Nothing will pass any more, and the machine needs nothing more to come to its end.</summary>
        public bool IsOver => IsClosed && IsEndTold && Machine.Error is not null;
    }
}
