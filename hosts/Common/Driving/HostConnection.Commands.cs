using System.Threading;
using System.Threading.Tasks;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;

namespace SshCore.Hosts.Driving;

/// <summary>What callers ask of a connection.</summary>
internal abstract partial class HostConnection
{
    /// <summary>Starts to open a channel; its object exists before its first event is handled.</summary>
    public PendingOpen BeginOpen(ChannelOpen open, Func<HostConnection, ChannelId, SshChannelStream> create)
    {
        var pending = new PendingOpen(open.Type, create);
        lock (Gate)
        {
            ThrowIfEndedLocked();
            _opens.Add(Core.OpenChannel(open), pending);
        }

        Kick();
        return pending;
    }

    /// <summary>Sends a channel request; the operation tells the answer, true at once if none was asked for.</summary>
    public HostOperation<bool> BeginRequest(SshChannelStream channel, ChannelRequest request)
    {
        var operation = new HostOperation<bool>();
        lock (Gate)
        {
            channel.ThrowIfUnusableLocked();
            var id = Core.Channel(channel.Id).Request(request);
            if (request.WantReply)
            {
                _requests.Add(id.Number, new(channel.Id, operation));
            }
            else
            {
                operation.Succeed(this, true);
            }
        }

        Kick();
        return operation;
    }

    /// <summary>Sends a global request; the operation tells the answer, an empty success at once if none was asked for.</summary>
    public HostOperation<SshGlobalReply> BeginGlobal(GlobalRequest request)
    {
        var operation = new HostOperation<SshGlobalReply>();
        lock (Gate)
        {
            ThrowIfEndedLocked();
            var id = Core.SendGlobalRequest(request);
            if (request.WantReply)
            {
                _globals.Add(id.Number, operation);
            }
            else
            {
                operation.Succeed(this, new(true, default));
            }
        }

        Kick();
        return operation;
    }

    /// <summary>Starts a key exchange; the operation tells which one it was. One under way counts.</summary>
    public HostOperation<int> BeginRekey()
    {
        HostOperation<int> operation;
        lock (Gate)
        {
            ThrowIfEndedLocked();
            operation = _rekey ??= new();
            Core.StartRekey();
        }

        Kick();
        return operation;
    }

    /// <summary>Logs in on a client.</summary>
    public HostOperation<bool> BeginLogin(string userName)
    {
        var operation = new HostOperation<bool>();
        lock (Gate)
        {
            ThrowIfEndedLocked();
            ((SshClientConnection)Core).Authenticate(userName);
            _login = operation;
            _succeeded = [];
        }

        Kick();
        return operation;
    }

    /// <summary>Waits for a channel of the peer.</summary>
    public async ValueTask<SshChannelStream> AcceptAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            cancellationToken.ThrowIfCancellationRequested();
            HostWaiter waiter;
            lock (Gate)
            {
                if (TryAcceptLocked(out var channel))
                {
                    return channel!;
                }

                waiter = new HostWaiter(this);
                Acceptors.Add(waiter);
            }

            await waiter.AsValueTask(cancellationToken).ConfigureAwait(false);
        }
    }

    /// <summary>Blocks for a channel of the peer. Negative: for ever.</summary>
    public SshChannelStream Accept(TimeSpan timeout)
    {
        bool isBounded = timeout >= TimeSpan.Zero;
        var end = HostClock.Now + (isBounded ? timeout : TimeSpan.Zero);
        while (true)
        {
            HostWaiter waiter;
            lock (Gate)
            {
                if (TryAcceptLocked(out var channel))
                {
                    return channel!;
                }

                waiter = new HostWaiter(this);
                waiter.MakeBlocking();
                Acceptors.Add(waiter);
            }

            var left = isBounded ? end - HostClock.Now : timeout;
            if ((isBounded && left <= TimeSpan.Zero) || (!Block(waiter, left) && !TryKeep(waiter)))
            {
                TryKeep(waiter);
                throw new SshTimeoutException($"No channel was opened within {timeout}.");
            }
        }
    }

    /// <summary>The oldest channel of the peer that nobody has taken yet.</summary>
    public bool TryAcceptLocked(out SshChannelStream? channel)
    {
        if (_accepted.TryDequeue(out var first))
        {
            channel = first;
            return true;
        }

        ThrowIfEndedLocked();
        channel = null;
        return false;
    }

    /// <summary>Channels that are open.</summary>
    public int OpenChannels
    {
        get
        {
            lock (Gate)
            {
                return _channels.Count;
            }
        }
    }

    /// <summary>Sends DISCONNECT, once.</summary>
    public void Disconnect(DisconnectReason reason, string description)
    {
        lock (Gate)
        {
            if (Core.Error is null)
            {
                Core.Disconnect(reason, description);
            }

            PumpLocked();
        }

        Kick();
    }

    /// <summary>Accepts a channel that the peer opens, under the gate, as part of the answer.</summary>
    public SshChannelStream AcceptOpenLocked(OpenRequested request, bool queue)
    {
        request.Accept();
        var channel = Decisions.CreateChannel(this, request.Id, request.ChannelType);
        channel.OpenData = request.Data;
        _channels.Add(request.Id, channel);
        if (queue)
        {
            _accepted.Enqueue(channel);
            if (Acceptors.First is { } waiter)
            {
                SettleLocked(waiter);
            }
        }

        return channel;
    }

    /// <summary>The object of a channel that is open.</summary>
    public SshChannelStream? FindChannel(ChannelId id)
    {
        lock (Gate)
        {
            return Find(id);
        }
    }
}
