using System.Buffers;

namespace SshCore.Sftp;

/// <summary>
/// Reads a file with a window of READs in flight. The host takes TransferData (<see cref="SftpReply.Offset"/>,
/// <see cref="SftpReply.Length"/>, <see cref="SftpClientMachine.BorrowData"/>) until TransferEnded. A file that is cut while it is
/// read ends where its end was met: a target that was written out of order is then to be cut to
/// <see cref="SftpDownloadOptions.Offset"/> + <see cref="Length"/>.
/// </summary>
public sealed class SftpDownload : SftpTransfer
{
    private readonly SftpDownloadOptions _options;
    private readonly List<Held> _held = []; // by offset
    private readonly ulong _limit;
    private ulong _next;
    private ulong _end = ulong.MaxValue;
    private ulong _expected;
    private bool _sizeKnown;
    private ulong _deliverAt;
    private int _reads;
    private int _readsAgain;
    private int _probes = 1;
    private int _probing;
    private bool _isPaused;

    internal SftpDownload(SftpClientMachine machine, SftpDownloadOptions? options, object? state)
        : base(machine, state)
    {
        _options = options ?? SftpDownloadOptions.Default;
        if (_options.ReadLength is < 1)
        {
            throw new ArgumentOutOfRangeException(nameof(options), _options.ReadLength, "A READ has at least one byte.");
        }

        _next = _deliverAt = _expected = _options.Offset;
        ulong most = ulong.MaxValue - _options.Offset;
        _limit = _options.Offset + Math.Min(_options.Length ?? most, most);
        if (_options.ExpectedSize is { } size)
        {
            Expect(size);
        }
    }

    /// <summary>The file's attributes as they were when it was opened; null if they were not asked for or not told.</summary>
    public SftpAttributes? Attributes { get; private set; }

    /// <summary>Bytes from the first one up to the end that was found, or to the limit; grows until the transfer has ended.</summary>
    public ulong Length => Math.Min(Math.Min(_end, _limit), Math.Max(_next, _options.Offset)) - _options.Offset;

    /// <summary>
    /// True: nothing more is asked for until it is false again. What was asked for before still comes. For a host that has
    /// more data than it has dealt with, while others use the session.
    /// </summary>
    public bool IsPaused
    {
        get => _isPaused;
        set
        {
            _isPaused = value;
            if (!value)
            {
                Machine.Feed(this);
            }
        }
    }

    /// <summary>Wants to send a READ and waits for its turn.</summary>
    internal bool IsHungry { get; set; }

    internal void Start(SftpPath path)
    {
        OwnsHandle = true;
        Machine.OpenFor(this, path, SftpOpenFlags.Read, default);
        if (_options.ExpectedSize is null)
        {
            Machine.StatFor(this, path);
        }
    }

    internal void Start(SftpHandle handle)
    {
        Handle = handle;
        if (_options.ExpectedSize is null)
        {
            Machine.FStatFor(this, handle);
        }

        EndIfDone();
        Machine.Feed(this);
    }

    /// <summary>Sends one READ if there is one to send.</summary>
    internal bool TryRead(long window)
    {
        if (IsEnded || _isPaused || Handle is not { } handle)
        {
            return false;
        }

        int most = Math.Min(_options.ReadLength ?? int.MaxValue, Machine.ReadLength);
        ulong end = Math.Min(_end, _limit);
        if (_next >= end || (_options.InOrder && (_next - _deliverAt >= (ulong)window || _held.Count >= Machine.MostHeld)))
        {
            return false;
        }

        // Up to the size that is expected the window is used. The READ that reaches it asks for a byte more, so that a short
        // answer tells the end. Behind it READs go out as long as they are answered with data, each time twice as many.
        ulong length = Math.Min((ulong)most, end - _next);
        ulong rest = _expected > _next ? _expected - _next : 0;
        bool probes = rest < length;
        if (probes && _probing >= _probes)
        {
            return false;
        }

        length = probes && rest > 0 ? rest + 1 : length;
        Send(handle, _next, (int)length, probes);
        _next += length;
        return true;
    }

    /// <summary>Sends the READ for what a short answer has left open.</summary>
    internal void ReadAgain(ulong offset, int length)
    {
        _readsAgain--;
        if (IsEnded)
        {
            return;
        }

        if (offset < _end)
        {
            Send(Handle!, offset, length, false);
        }
        else
        {
            EndIfDone();
        }
    }

    internal override bool OnReply(in SftpReply reply, in SftpPending request, ReadOnlyMemory<byte> data, out SftpReply forHost)
    {
        forHost = default;
        switch (request.Kind)
        {
            case SftpRequestKind.Open:
                if (TakeOpened(reply))
                {
                    EndIfDone();
                    Machine.Feed(this);
                }

                return false;
            case SftpRequestKind.Stat or SftpRequestKind.FStat:
                if (reply.Kind == SftpReplyKind.Attributes && !IsEnded)
                {
                    Attributes = reply.Attributes;
                    if (reply.Attributes.Size is { } size and > 0) // files of /proc say 0
                    {
                        Expect(size);
                    }

                    Machine.Feed(this);
                }

                return false;
            default:
                return OnRead(reply, request, data, out forHost);
        }
    }

    internal override bool TryNext(out SftpReply reply, out ReadOnlyMemory<byte> data)
    {
        data = default;
        if (!IsEnded && _held.Count > 0 && _held[0].Offset == _deliverAt)
        {
            var held = _held[0];
            _held.RemoveAt(0);
            data = held.Bytes.AsMemory(0, held.Length);
            Machine.Lend(held.Bytes);
            Machine.HeldBytes -= held.Length;
            reply = Deliver(held.Offset, held.Length);
            AfterDelivery();
            return true;
        }

        return TryTakeEnd(out reply);
    }

    private protected override void OnEnding()
    {
        while (_held.Count > 0)
        {
            DropLast();
        }
    }

    private void Expect(ulong size)
    {
        _expected = Math.Max(size, _options.Offset);
        _sizeKnown = true;
    }

    private void Send(SftpHandle handle, ulong offset, int length, bool probes)
    {
        _reads++;
        _probing += probes ? 1 : 0;
        BytesInFlight += length;
        Machine.ReadFor(this, handle, offset, length, probes);
    }

    private bool OnRead(in SftpReply reply, in SftpPending request, ReadOnlyMemory<byte> data, out SftpReply forHost)
    {
        forHost = default;
        _reads--;
        BytesInFlight -= request.Length;
        bool probes = request.Second != 0;
        _probing -= probes ? 1 : 0;
        if (IsEnded)
        {
            return false;
        }

        if (reply.Kind == SftpReplyKind.Status && reply.Code != SftpStatusCode.EndOfFile)
        {
            Failure = new SftpTransferFailure(SftpRequestKind.Read, reply.Code, reply.Message, request.Offset);
            CloseAndEnd();
            return false;
        }

        bool said = false;
        if (data.IsEmpty) // EndOfFile, or a READ answered with nothing, which must not be asked again for ever
        {
            _end = Math.Min(_end, request.Offset);
        }
        else if (request.Offset < _end)
        {
            said = OnData(request, data, probes, out forHost);
        }

        if (!said)
        {
            EndIfDone();
        }

        Machine.Feed(this);
        return said;
    }

    private bool OnData(in SftpPending request, ReadOnlyMemory<byte> data, bool probes, out SftpReply forHost)
    {
        forHost = default;
        ulong offset = request.Offset;
        ulong end = offset + (ulong)data.Length;
        if (data.Length < request.Length)
        {
            if (_sizeKnown && end == _expected)
            {
                _end = Math.Min(_end, end); // it would have given more if there were more
            }
            else if (end < _end)
            {
                // Whatever the window says: its bytes were counted until now, and what is held may wait for them.
                _readsAgain++;
                Machine.ReadAgain(this, end, request.Length - data.Length);
            }
        }
        else if (probes && _probes < int.MaxValue / 2)
        {
            _probes *= 2;
        }

        int length = (int)Math.Min((ulong)data.Length, _end - offset);
        if (_options.InOrder && offset != _deliverAt)
        {
            Hold(offset, data.Slice(0, length), request.Length);
            return false;
        }

        Machine.Show(data.Slice(0, length));
        forHost = Deliver(offset, length);
        AfterDelivery();
        return true;
    }

    private SftpReply Deliver(ulong offset, int length)
    {
        BytesDone += (ulong)length;
        _deliverAt = Math.Max(_deliverAt, offset + (ulong)length);
        return Say(SftpReplyKind.TransferData, offset, length);
    }

    // Its end is listed behind this delivery, so it comes after it.
    private void AfterDelivery()
    {
        DropBehindEnd();
        if (_held.Count > 0 && _held[0].Offset == _deliverAt)
        {
            Machine.List(this);
        }

        EndIfDone();
        Machine.Feed(this);
    }

    // The memory is that of the whole READ: short answers to its rest join what is there, so that many cost no more than one.
    private void Hold(ulong offset, ReadOnlyMemory<byte> data, int room)
    {
        Machine.HeldBytes += data.Length;
        int at = _held.Count;
        while (at > 0 && _held[at - 1].Offset > offset)
        {
            at--;
        }

        if (at > 0 && _held[at - 1] is var before && before.Offset + (ulong)before.Length == offset && data.Length <= before.Room - before.Length)
        {
            data.Span.CopyTo(before.Bytes.AsSpan(before.Length));
            _held[at - 1] = before with { Length = before.Length + data.Length };
            return;
        }

        var bytes = ArrayPool<byte>.Shared.Rent(room);
        data.Span.CopyTo(bytes);
        _held.Insert(at, new Held(offset, bytes, data.Length, room));
    }

    private void DropBehindEnd()
    {
        while (_held.Count > 0 && _held[_held.Count - 1].Offset >= _end)
        {
            DropLast();
        }
    }

    private void DropLast()
    {
        var last = _held[_held.Count - 1];
        Machine.HeldBytes -= last.Length;
        ArrayPool<byte>.Shared.Return(last.Bytes);
        _held.RemoveAt(_held.Count - 1);
    }

    private void EndIfDone()
    {
        if (IsEnded || _reads > 0 || _readsAgain > 0 || Handle is null)
        {
            return;
        }

        DropBehindEnd();
        if (_held.Count == 0 && _next >= Math.Min(_end, _limit))
        {
            CloseAndEnd();
        }
    }

    private readonly record struct Held(ulong Offset, byte[] Bytes, int Length, int Room);
}
