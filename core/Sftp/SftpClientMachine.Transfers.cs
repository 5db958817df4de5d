using System.Buffers;

namespace SshCore.Sftp;

// Transfers: they share the window of this machine and take turns.
public sealed partial class SftpClientMachine
{
    private readonly Queue<SftpTransfer> _listed = new();
    private readonly Queue<SftpDownload> _hungry = new();
    private readonly Queue<(SftpDownload Download, ulong Offset, int Length)> _readsAgain = new();
    private readonly List<SftpUpload> _waitForRoom = [];
    private readonly List<SftpTransfer> _transfers = [];
    private readonly List<SftpUpload> _awakened = [];
    private SftpReadWindow _readWindow;
    private long _readsInFlight;
    private long _writesInFlight;
    private byte[]? _lent;
    private bool _feeding;

    /// <summary>Transfers that have not ended.</summary>
    public int Transfers => _transfers.Count;

    /// <summary>Bytes of READs that transfers keep in flight; follows what is measured, up to <see cref="SftpLimits.TransferWindow"/>.</summary>
    public long TransferWindow => _readWindow.Size;

    /// <summary>Reads a file: opens it, asks for its size at the same time, and closes it.</summary>
    /// <exception cref="ArgumentException">The path is too long or has a NUL.</exception>
    /// <exception cref="Errors.SshUsageException">The session has ended or too many requests wait.</exception>
    public SftpDownload Download(SftpPath path, SftpDownloadOptions? options = null, object? state = null)
    {
        Check(path);
        var transfer = new SftpDownload(this, options, state);
        transfer.Start(path);
        _transfers.Add(transfer);
        return transfer;
    }

    /// <summary>Reads an open file, which stays open.</summary>
    /// <exception cref="Errors.SshUsageException">The session has ended or too many requests wait.</exception>
    public SftpDownload Download(SftpHandle handle, SftpDownloadOptions? options = null, object? state = null)
    {
        Check(handle);
        ThrowIfFull();
        var transfer = new SftpDownload(this, options, state);
        _transfers.Add(transfer);
        transfer.Start(handle);
        return transfer;
    }

    /// <summary>Writes a file: opens and closes it.</summary>
    /// <exception cref="ArgumentException">The path is too long or has a NUL, or attributes have half a pair.</exception>
    /// <exception cref="Errors.SshUsageException">The session has ended or too many requests wait.</exception>
    public SftpUpload Upload(SftpPath path, SftpUploadOptions? options = null, object? state = null)
    {
        Check(path);
        var transfer = new SftpUpload(this, options, state);
        transfer.Start(path);
        _transfers.Add(transfer);
        return transfer;
    }

    /// <summary>Writes an open file, which stays open.</summary>
    /// <exception cref="ArgumentException">The final attributes have half a pair.</exception>
    /// <exception cref="Errors.SshUsageException">The session has ended or too many requests wait.</exception>
    public SftpUpload Upload(SftpHandle handle, SftpUploadOptions? options = null, object? state = null)
    {
        Check(handle);
        ThrowIfFull();
        var transfer = new SftpUpload(this, options, state);
        _transfers.Add(transfer);
        transfer.Start(handle);
        return transfer;
    }

    /// <summary>Whether a transfer may write more now.</summary>
    internal bool HasWriteRoom => QueuedBytes < Limits.QueuedOutput && _writesInFlight < Limits.TransferWindow && HasRequestRoom;

    /// <summary>Bytes that the server may send because transfers asked for them.</summary>
    internal override long WantedWindow => _readsInFlight + (_readsInFlight / 8); // the headers around the data

    /// <summary>Bytes that transfers asked for and that are not answered.</summary>
    internal long ReadsInFlight => _readsInFlight;

    /// <summary>Bytes that downloads in order hold because earlier ones are missing; they count as if they were in flight.</summary>
    internal long HeldBytes { get; set; }

    /// <summary>Pieces that one download in order holds at most, however short they are.</summary>
    internal int MostHeld => Math.Max(Limits.PendingRequests / 2, 1);

    // Half of what may wait stays free for the host's own requests.
    private bool HasRequestRoom => _pending.Count < Math.Max(Limits.PendingRequests / 2, 1);

    internal void OpenFor(SftpTransfer owner, SftpPath path, SftpOpenFlags flags, in SftpAttributes attributes) =>
        Open(NewRequest(SftpRequestKind.Open, null, owner: owner), path, flags, attributes);

    internal void StatFor(SftpTransfer owner, SftpPath path)
    {
        var request = NewOwn(SftpRequestKind.Stat, owner);
        Begin(SftpMessageType.Stat, request).WriteString(path.Span);
        Finish(request);
    }

    internal void FStatFor(SftpTransfer owner, SftpHandle handle) => WithHandle(SftpMessageType.FStat, NewOwn(SftpRequestKind.FStat, owner), handle);

    internal void CloseFor(SftpTransfer owner, SftpHandle handle) => WithHandle(SftpMessageType.Close, NewOwn(SftpRequestKind.Close, owner), handle);

    /// <summary>Closes a handle that nobody waits for.</summary>
    internal void CloseOwn(SftpHandle handle)
    {
        var request = NewOwn(SftpRequestKind.Close, null);
        request.State = OwnRequest;
        WithHandle(SftpMessageType.Close, request, handle);
    }

    internal void FSetStatFor(SftpTransfer owner, SftpHandle handle, in SftpAttributes attributes)
    {
        var request = NewOwn(SftpRequestKind.FSetStat, owner);
        var writer = Begin(SftpMessageType.FSetStat, request);
        writer.WriteString(handle.Span);
        attributes.Write(writer);
        Finish(request);
    }

    internal void FSyncFor(SftpTransfer owner, SftpHandle handle)
    {
        var request = NewOwn(SftpRequestKind.FSync, owner);
        BeginExtended(request, SftpExtensionNames.FSync).WriteString(handle.Span);
        Finish(request);
    }

    internal void ReadFor(SftpTransfer owner, SftpHandle handle, ulong offset, int length, bool probes)
    {
        if (_readsInFlight == 0)
        {
            _readWindow.OnPause();
        }

        var request = NewOwn(SftpRequestKind.Read, owner);
        request.Offset = offset;
        request.Length = length;
        request.Second = probes ? 1 : 0;
        _readsInFlight += length;
        Read(request, handle);
    }

    internal bool TryReserveFor(SftpUpload owner, SftpHandle handle, ulong offset, int sizeHint, out SftpWriteReservation reservation)
    {
        bool reserved = TryReserveWrite(handle, offset, sizeHint, out reservation);
        _reservedOwner = reserved ? owner : null;
        return reserved;
    }

    /// <summary>The download wants to read: its READs go out as far as the window allows, those of all in turn.</summary>
    internal void Feed(SftpDownload download)
    {
        if (!download.IsHungry && !download.IsEnded)
        {
            download.IsHungry = true;
            _hungry.Enqueue(download);
        }

        FeedAll();
    }

    /// <summary>A READ was answered short: its rest is read as soon as there is room in the output, whatever the window says.</summary>
    internal void ReadAgain(SftpDownload download, ulong offset, int length)
    {
        _readsAgain.Enqueue((download, offset, length));
        FeedAll();
    }

    // A server can answer READs that it has not taken yet, as their ids can be told in advance: so what is unsent bounds them.
    private bool HasReadRoom => Error is null && QueuedBytes < Limits.QueuedOutput;

    private void FeedAll()
    {
        if (_feeding)
        {
            return;
        }

        _feeding = true;
        while (_readsAgain.Count > 0 && HasReadRoom)
        {
            var (download, offset, length) = _readsAgain.Dequeue();
            download.ReadAgain(offset, length);
        }

        while (_hungry.Count > 0 && HasReadRoom && _readsInFlight + HeldBytes < _readWindow.Size && HasRequestRoom)
        {
            var next = _hungry.Dequeue();
            next.IsHungry = next.TryRead(_readWindow.Size);
            if (next.IsHungry)
            {
                _hungry.Enqueue(next);
            }
        }

        _feeding = false;
    }

    /// <summary>The upload gets TransferRoom as soon as there is room, perhaps at once.</summary>
    internal void AwaitRoom(SftpUpload upload)
    {
        if (!upload.WaitsForRoom)
        {
            upload.WaitsForRoom = true;
            _waitForRoom.Add(upload);
        }

        WakeWriters();
    }

    /// <summary>The transfer has something to say.</summary>
    internal void List(SftpTransfer transfer)
    {
        if (!transfer.IsListed)
        {
            transfer.IsListed = true;
            _listed.Enqueue(transfer);
        }
    }

    /// <summary>The transfer has ended; answers to it may still come.</summary>
    internal void Forget(SftpTransfer transfer)
    {
        _transfers.Remove(transfer);
        if (transfer is SftpUpload { WaitsForRoom: true } upload)
        {
            _waitForRoom.Remove(upload);
        }

        Wake();
    }

    /// <summary>What the host may borrow with the reply at hand.</summary>
    internal void Show(ReadOnlyMemory<byte> data) => _data = data;

    /// <summary>The array behind the data at hand goes back to the pool with the next poll.</summary>
    internal void Lend(byte[] bytes) => _lent = bytes;

    private protected override void OnOutputAdvanced() => Wake();

    // Room may be there again for what waited for it, whoever had it: other transfers, those that were given up, or the host.
    private void Wake()
    {
        if (_hungry.Count > 0 || _readsAgain.Count > 0)
        {
            FeedAll();
        }

        WakeWriters();
    }

    // Not at every byte that leaves: the host fills half the queue at a time.
    private void WakeWriters()
    {
        if (_waitForRoom.Count == 0 || Error is not null || QueuedBytes > Limits.QueuedOutput / 2 || !HasWriteRoom)
        {
            return;
        }

        for (int i = 0; i < _waitForRoom.Count; i++)
        {
            if (_waitForRoom[i].Handle is not null)
            {
                _awakened.Add(_waitForRoom[i]);
            }
        }

        foreach (var upload in _awakened)
        {
            _waitForRoom.Remove(upload);
            upload.WaitsForRoom = false;
            upload.OnRoom();
        }

        _awakened.Clear();
    }

    private bool TryNextOfTransfers(out SftpReply reply)
    {
        while (_listed.Count > 0)
        {
            var transfer = _listed.Dequeue();
            transfer.IsListed = false;
            if (transfer.TryNext(out reply, out var data))
            {
                _data = data;
                List(transfer); // perhaps there is more
                return true;
            }
        }

        reply = default;
        return false;
    }

    private void ReturnLent()
    {
        if (_lent is { } bytes)
        {
            _lent = null;
            ArrayPool<byte>.Shared.Return(bytes);
        }
    }

    /// <summary>A request of a transfer was answered: its share of the windows is free.</summary>
    private void Settle(in SftpPending request, int received)
    {
        if (request.Kind == SftpRequestKind.Read)
        {
            _readsInFlight -= request.Length;
            _readWindow.OnData(received, Now);
        }
        else if (request.Kind == SftpRequestKind.Write)
        {
            _writesInFlight -= request.Length;
        }
    }

    private void EndTransfers(Errors.SshError error)
    {
        foreach (var transfer in _transfers.ToArray())
        {
            transfer.OnSessionEnded(error);
        }
    }
}
