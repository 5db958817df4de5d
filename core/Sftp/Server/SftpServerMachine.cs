using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>
/// The server's end of SFTP version 3. <see cref="TryPollRequest"/> gives what the client asks; the answers go out in the order they are
/// given. Requests come in the order of the client, and one that could see or disturb the effect of an earlier unanswered one
/// waits for its answer: two overlap only if neither changes anything or if they work on different handles.
/// </summary>
/// <remarks>
/// A message that does not parse ends the session, as OpenSSH's server does. A request that is well-formed but cannot be met is answered
/// with a status: unknown types and extensions with <see cref="SftpStatusCode.OperationUnsupported"/>, an unknown handle with <see cref="SftpStatusCode.BadMessage"/>,
/// a handle of the wrong kind, one handle too many or a number out of range with <see cref="SftpStatusCode.Failure"/>.
/// </remarks>
public sealed partial class SftpServerMachine : SftpMachine
{
    /// <summary>The version that is spoken.</summary>
    public const uint Version = 3;

    private readonly List<SftpRequestSlot> _slots = [];
    private readonly Stack<SftpRequestSlot> _free = new();
    private readonly SftpServerHandles _handles = new();
    private readonly IReadOnlyList<string> _hashes;
    private readonly int _dataLength;
    private SftpRequestSlot? _held;
    private bool _isStarted;
    private bool _isBlocked;
    private bool _writesExpected;
    private int _pending;
    private int _opening;
    private long _promised;

    /// <summary>A server's end that waits for SSH_FXP_INIT.</summary>
    /// <param name="extensions">The extensions that are announced and taken; all others are not supported.</param>
    /// <param name="hashes">The hashes that check-file is announced with; null for md5, sha1, sha256, sha384, sha512 and crc32.</param>
    /// <param name="limits">The bounds; null for the defaults.</param>
    public SftpServerMachine(SftpExtensions extensions = SftpExtensions.All, IReadOnlyList<string>? hashes = null, SftpLimits? limits = null)
        : base(limits ?? SftpLimits.Default)
    {
        Extensions = extensions;
        _hashes = hashes ?? ["md5", "sha1", "sha256", "sha384", "sha512", "crc32"];
        // Whatever is announced must fit the message that carries it.
        _dataLength = Math.Max(1, Math.Min(Limits.DataLength, Limits.MessageLength - 1024));
    }

    /// <summary>The extensions that are announced.</summary>
    public SftpExtensions Extensions { get; }

    /// <summary>The version in the client's SSH_FXP_INIT; 0 before.</summary>
    public uint ClientVersion { get; private set; }

    /// <summary>Requests that wait for an answer.</summary>
    public int PendingRequests => _pending;

    /// <summary>Open handles.</summary>
    public int OpenHandles => _handles.Count;

    /// <summary>
    /// The next request. False if there is none yet, if too much is unanswered or unsent, or if the next one has to wait
    /// for the answer of an earlier one: poll again after answers and after output was sent.
    /// </summary>
    public bool TryPollRequest(out SftpServerRequest request)
    {
        while (TryTakeMessage(out var message))
        {
            if (!_isStarted)
            {
                Start(message.Span);
                continue;
            }

            var slot = FreeSlot();
            switch (Parse(message, slot))
            {
                case Parsed.Asked when MustWait(slot):
                    PutBack();
                    _isBlocked = true;
                    Free(slot);
                    request = default;
                    return false;
                case Parsed.Asked:
                    Begin(slot);
                    request = new(this, slot);
                    return true;
                case Parsed.Answered:
                    Free(slot);
                    break;
                default:
                    Free(slot);
                    End(new SshError(SshErrorKind.InvalidMessage, "An SFTP request does not parse.", Got: $"type {message.Span[0]} of {message.Length} bytes"));
                    break;
            }
        }

        request = default;
        return false;
    }

    /// <summary>Takes one open handle out, in no order: after the end the host closes what it holds for each.</summary>
    /// <returns>False if none is left.</returns>
    public bool TryTakeHandle(out object? state)
    {
        bool taken = _handles.TryTakeAny(out var handle);
        state = handle?.State;
        return taken;
    }

    // A client that may write need not wait a round trip for each doubling of the window.
    internal override long WantedWindow => _writesExpected ? Limits.UploadWindow : 0;

    private protected override bool HasEvents => false;

    private protected override bool HoldsEnd => _pending > 0;

    // Small requests can ask for much: what was promised to readers counts as if it were unsent.
    private protected override bool TakesMessages => !_isBlocked && _held is null && _pending < Limits.RequestsInFlight && QueuedBytes + _promised < Limits.QueuedOutput;

    private protected override void OnEnded(SshError error)
    {
    }

    private void Start(ReadOnlySpan<byte> message)
    {
        var reader = new SshReader(message);
        if (reader.ReadByte() != (byte)SftpMessageType.Init)
        {
            End(new SshError(SshErrorKind.ProtocolViolation, "The first SFTP message is not SSH_FXP_INIT.", Got: $"type {message[0]}"));
            return;
        }

        uint version = reader.ReadUInt32();
        int pairs = 0;
        while (!reader.Failed && !reader.IsComplete)
        {
            reader.ReadString();
            reader.ReadString();
            pairs++;
        }

        if (reader.Failed || pairs > Limits.Extensions)
        {
            End(new SshError(SshErrorKind.InvalidMessage, "SSH_FXP_INIT does not parse."));
            return;
        }

        // "the server responds with an SSH_FXP_VERSION packet, supplying the lowest (smallest) of its own and the client's version number":
        // of older ones there is no server any more, and OpenSSH's says 3 to all.
        ClientVersion = version;
        _isStarted = true;
        SendVersion();
    }

    private void SendVersion()
    {
        // SSH_FXP_VERSION has the version where others have their id.
        var writer = BeginMessage(SftpMessageType.Version, Version);
        foreach (var (extension, name, version) in SftpAnnouncement.Versioned)
        {
            if ((Extensions & extension) != 0)
            {
                writer.WriteString(name);
                writer.WriteString(version);
            }
        }

        if ((Extensions & SftpExtensions.CheckFile) != 0)
        {
            foreach (string name in (string[])[SftpExtensionNames.CheckFile, SftpExtensionNames.CheckFileName, SftpExtensionNames.CheckFileHandle])
            {
                writer.WriteString(name);
                writer.WriteNameList(_hashes);
            }
        }

        Send();
    }

    private bool MustWait(SftpRequestSlot slot)
    {
        if (_pending > 0)
        {
            foreach (var earlier in _slots)
            {
                if (earlier.IsInUse && slot.MustFollow(earlier))
                {
                    return true;
                }
            }
        }

        return false;
    }

    private void Begin(SftpRequestSlot slot)
    {
        slot.IsInUse = true;
        _pending++;
        switch (slot.Kind)
        {
            case SftpRequestKind.Read:
                _promised += slot.Length;
                break;
            case SftpRequestKind.Open or SftpRequestKind.OpenDirectory:
                _opening++;
                break;
            case SftpRequestKind.Close:
                _handles.Remove(slot.Handle!);
                break;
        }
    }

    private void Finish(SftpRequestSlot slot)
    {
        _pending--;
        _isBlocked = false;
        if (slot.Kind == SftpRequestKind.Read)
        {
            _promised -= slot.Length;
        }
        else if (slot.Kind is SftpRequestKind.Open or SftpRequestKind.OpenDirectory)
        {
            _opening--;
        }

        Free(slot);
    }

    private SftpRequestSlot FreeSlot()
    {
        if (_free.Count > 0)
        {
            return _free.Pop();
        }

        var slot = new SftpRequestSlot();
        _slots.Add(slot);
        return slot;
    }

    private void Free(SftpRequestSlot slot)
    {
        slot.Clear();
        _free.Push(slot);
    }
}
