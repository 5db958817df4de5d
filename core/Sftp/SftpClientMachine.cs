using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>
/// The client's end of SFTP version 3. Every request method puts one request into the output and gives its id; the reply
/// comes out of <see cref="TryPoll"/> with the id and the <c>state</c> that was given with the request. Replies may come in
/// any order. Requests may be made at once: they leave when the server's VERSION has come.
/// </summary>
public sealed partial class SftpClientMachine : SftpMachine
{
    /// <summary>The version of the protocol.</summary>
    public const int ProtocolVersion = 3;

    private readonly Dictionary<uint, SftpPending> _pending = [];
    private readonly Queue<SftpReply> _replies = new();
    private readonly List<SftpExtension> _extensions = [];
    private uint _nextId;
    private ReadOnlyMemory<byte> _data;

    /// <summary>Starts: INIT is in the output at once.</summary>
    public SftpClientMachine(SftpLimits? limits = null)
        : base(limits ?? SftpLimits.Default)
    {
        ReadLength = DataLength(ServerLimits.ReadLength, ServerLimits.PacketLength, Limits.MessageLength);
        WriteLength = DataLength(ServerLimits.WriteLength, ServerLimits.PacketLength, int.MaxValue);
        _readWindow = new SftpReadWindow(Math.Max(1, Limits.TransferWindow));
        BeginMessage(SftpMessageType.Init, ProtocolVersion);
        Send();
        HoldOutput(); // draft-ietf-secsh-filexfer-02 §4: VERSION comes before anything else
    }

    /// <summary>True between VERSION and the end.</summary>
    public bool IsReady => IsVersionKnown && Error is null;

    /// <summary>The extensions that the server announced; empty before VERSION.</summary>
    public IReadOnlyList<SftpExtension> Extensions => _extensions;

    /// <summary>What the server allows; <see cref="SftpServerLimits.Default"/> until it has told.</summary>
    public SftpServerLimits ServerLimits { get; private set; } = SftpServerLimits.Default;

    /// <summary>Bytes that one READ gives at most: the server's bound and ours.</summary>
    public int ReadLength { get; private set; }

    /// <summary>Bytes that one WRITE takes at most: the server's bound and ours.</summary>
    public int WriteLength { get; private set; }

    /// <summary>Requests that wait for their replies.</summary>
    public int PendingRequests => _pending.Count;

    /// <summary>Whether the server announced the extension.</summary>
    public bool Supports(string extension)
    {
        foreach (var announced in _extensions)
        {
            if (announced.Name == extension)
            {
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// The next reply. After the end each request that was not answered gives <see cref="SftpReplyKind.Abandoned"/>, and the
    /// last reply is <see cref="SftpReplyKind.Ended"/>.
    /// </summary>
    public bool TryPoll(out SftpReply reply)
    {
        _data = default;
        ReturnLent();
        while (true)
        {
            if (_listed.Count > 0 && TryNextOfTransfers(out reply))
            {
                return true;
            }

            if (_replies.Count > 0)
            {
                reply = _replies.Dequeue();
                return true;
            }

            if (TryTakeMessage(out var message))
            {
                if (TryHandle(message, out reply))
                {
                    return true;
                }
            }
            else if (!HasEvents)
            {
                reply = default;
                return false;
            }
        }
    }

    /// <summary>
    /// The bytes of a reply that has some: the data of a READ, hashes, or the body of an unknown extension's reply. Valid until
    /// the next poll, and until more input is taken. Empty for a reply that is not the last one polled.
    /// </summary>
    public ReadOnlyMemory<byte> BorrowData(in SftpReply reply) =>
        reply.Kind is SftpReplyKind.Data or SftpReplyKind.TransferData or SftpReplyKind.Hashes or SftpReplyKind.Extended && reply.Length == _data.Length ? _data : default;

    private protected override bool TakesMessages => true;

    private protected override bool StopsAtQueuedOutput => false;

    private protected override bool HasEvents => _replies.Count > 0 || _listed.Count > 0;

    private bool IsVersionKnown { get; set; }

    private protected override void OnEnded(SshError error)
    {
        var ids = new uint[_pending.Count];
        _pending.Keys.CopyTo(ids, 0);
        Array.Sort(ids);
        foreach (uint id in ids)
        {
            if (!IsOwn(_pending[id]) && _pending[id].Owner is null)
            {
                _replies.Enqueue(new SftpReply(SftpReplyKind.Abandoned, _pending[id]));
            }
        }

        _pending.Clear();
        EndTransfers(error);
        _replies.Enqueue(new SftpReply(SftpReplyKind.Ended, default));
    }

    private static bool IsOwn(in SftpPending pending) => ReferenceEquals(pending.State, OwnRequest);

    // Marks requests of the machine's own, whose replies no host hears of.
    private static readonly object OwnRequest = new();

    private SftpPending NewRequest(SftpRequestKind kind, object? state, int length = 0, int second = 0, SftpTransfer? owner = null)
    {
        ThrowIfFull();
        var request = NewOwn(kind, owner);
        request.State = state;
        request.Length = length;
        request.Second = second;
        return request;
    }

    private void ThrowIfFull()
    {
        if (Error is not null)
        {
            throw new SshUsageException("The SFTP session has ended: " + Error);
        }

        if (_pending.Count >= Limits.PendingRequests)
        {
            throw new SshUsageException($"{_pending.Count} requests wait for replies: no more than {nameof(SftpLimits.PendingRequests)} may.");
        }
    }

    // Those of transfers are bounded by their windows; what ends one is never refused.
    private SftpPending NewOwn(SftpRequestKind kind, SftpTransfer? owner)
    {
        do
        {
            _nextId = unchecked(_nextId + 1);
        }
        while (_pending.ContainsKey(_nextId));

        return new SftpPending { Id = new SftpRequestId(_nextId), Kind = kind, Owner = owner, MadeAt = Now };
    }

    private SshWriter Begin(SftpMessageType type, in SftpPending request) => BeginMessage(type, request.Id.Number);

    private SftpRequestId Finish(in SftpPending request)
    {
        Send();
        _pending.Add(request.Id.Number, request);
        return request.Id;
    }
}
