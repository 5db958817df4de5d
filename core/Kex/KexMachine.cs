using System.Linq;
using SshCore.Errors;
using SshCore.Events;
using SshCore.Keys;
using SshCore.Messages;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Kex;

/// <summary>
/// Key exchanges of one connection, first and later ones (RFC 4253 §7, §9): KEXINIT both ways, the method's messages,
/// NEWKEYS both ways. Secrets live in the exchange and die with it.
/// </summary>
internal sealed class KexMachine : IDisposable
{
    private readonly IConnectionPort _port;
    private readonly IKexOwner _owner;
    private byte[] _ourInitBytes = [];
    private byte[] _peerInitBytes = [];
    private KexInitMessage? _ourInit;
    private KexInitMessage? _peerInit;
    private Negotiation? _chosen;
    private KexExchange? _exchange;
    private PacketProtection? _nextIncoming;
    private SshPublicKey? _hostKey;
    private SshDecision? _pending;
    private bool _outgoingDone;
    private bool _dropGuess;

    public KexMachine(IConnectionPort port, IKexOwner owner)
    {
        _port = port;
        _owner = owner;
    }

    /// <summary>Exchanges finished.</summary>
    public int Done { get; private set; }

    /// <summary>Both sides announced strict KEX in the first exchange.</summary>
    public bool IsStrict { get; private set; }

    /// <summary>The peer takes EXT_INFO (RFC 8308 §2.1).</summary>
    public bool PeerTakesExtInfo { get; private set; }

    /// <summary>From our KEXINIT to our NEWKEYS: only messages of the exchange may leave.</summary>
    public bool HoldsOutput => _ourInit is not null && !_outgoingDone;

    /// <summary>From the peer's KEXINIT to its NEWKEYS.</summary>
    public bool PeerIsExchanging => _peerInit is not null;

    public bool IsIdle => _ourInit is null && _peerInit is null;

    /// <summary>A decision is pending: nothing may be read before it is answered.</summary>
    public bool IsPaused => _pending is { IsAnswered: false };

    /// <summary>What the last finished exchange chose.</summary>
    public NegotiatedAlgorithms? InUse { get; private set; }

    /// <summary>Client: the server's key of the first exchange, once verified.</summary>
    public SshPublicKey? HostKey { get; private set; }

    /// <summary>Server: the host key in use.</summary>
    public SshHostKey? OwnHostKey { get; private set; }

    private bool IsFirst => Done == 0;

    /// <summary>Sends our KEXINIT; the peer answers with its own.</summary>
    public void Start(bool byPeer = false)
    {
        if (_ourInit is not null)
        {
            return;
        }

        bool guess = IsFirst && !byPeer && _port.Settings is SshClientSettings { GuessKeyExchange: true };
        _ourInit = KexOffer.Create(_port.Settings, IsFirst, guess);
        Span<byte> cookie = stackalloc byte[KexInitMessage.CookieLength];
        _port.Random.Fill(cookie);
        _ourInitBytes = _ourInit.Write(cookie);
        _owner.SendNow(_ourInitBytes);
        _owner.OnExchangeStarted(byPeer);
        _port.Raise(new SshEvent(SshEventKind.KexStarted, body: new KexStarted(IsFirst, byPeer)));
        Trace(guess ? "our KEXINIT is sent, with a guess behind it" : byPeer ? "our KEXINIT answers the peer's" : "our KEXINIT is sent");
        if (guess)
        {
            var guessed = new ClientExchange(_port, KexMethod.Find(_ourInit.KeyExchanges[0])!);
            _exchange = guessed;
            guessed.Start();
        }
    }

    public void On(MessageId id, ReadOnlySpan<byte> payload)
    {
        switch (id)
        {
            case MessageId.KexInit:
                OnKexInit(payload);
                break;
            case MessageId.NewKeys:
                OnNewKeys(payload);
                break;
            default:
                OnMethodMessage(id, payload);
                break;
        }
    }

    public void Lapse() => _pending?.Lapse();

    public void Dispose()
    {
        _exchange?.Dispose();
        _nextIncoming?.Dispose();
    }

    private void OnKexInit(ReadOnlySpan<byte> payload)
    {
        if (_peerInit is not null || _nextIncoming is not null)
        {
            Violation("A second KEXINIT came before NEWKEYS.", "NEWKEYS");
            return;
        }

        if (!KexInitMessage.TryParse(payload, _port.Settings.Limits, out var init))
        {
            _port.Fail(new SshError(SshErrorKind.InvalidMessage, "KEXINIT is malformed: a name-list is cut, too long, or has an empty, repeated or unprintable name."));
            return;
        }

        if (IsFirst && !TakeMarkers(init!))
        {
            return;
        }

        Trace(init!.FirstKexPacketFollows ? "the peer's KEXINIT is in, with a guess behind it" : "the peer's KEXINIT is in");
        _peerInit = init;
        _peerInitBytes = payload.ToArray();
        Start(byPeer: true);
        var (client, server) = _port.IsServer ? (init!, _ourInit!) : (_ourInit!, init!);
        _chosen = Negotiation.Choose(client, server, out var error);
        if (_chosen is null)
        {
            _port.Fail(error!);
            return;
        }

        _dropGuess = init!.FirstKexPacketFollows && !_chosen.GuessIsRight;
        _port.Raise(new SshEvent(SshEventKind.AlgorithmsChosen, body: new AlgorithmsChosen(_chosen.Describe(_port.IsServer, IsStrict))));
        if (_port.Traces(SshTraceAreas.KeyExchange))
        {
            string strict = IsStrict ? ", strict" : "";
            Trace($"chosen: {_chosen.Method.Name}, {_chosen.HostKey.Name}{strict}{(_dropGuess ? "; the guess was wrong" : "")}");
        }

        BeginExchange();
    }

    private bool TakeMarkers(KexInitMessage init)
    {
        PeerTakesExtInfo = init.KeyExchanges.Contains(_port.IsServer ? KexOffer.ExtInfoClient : KexOffer.ExtInfoServer);
        IsStrict = init.KeyExchanges.Contains(_port.IsServer ? KexOffer.StrictClient : KexOffer.StrictServer);

        // OpenSSH PROTOCOL §1.10: KEXINIT must be the very first packet.
        if (IsStrict && _owner.ReceivedBefore != 0)
        {
            Violation("Strict key exchange: KEXINIT must be the first packet.", "KEXINIT as packet 0", $"packet {_owner.ReceivedBefore}");
            return false;
        }

        return true;
    }

    private void BeginExchange()
    {
        var transcript = new KexTranscript
        {
            ClientIdentification = _owner.ClientIdentification,
            ServerIdentification = _owner.ServerIdentification,
            ClientInit = _port.IsServer ? _peerInitBytes : _ourInitBytes,
            ServerInit = _port.IsServer ? _ourInitBytes : _peerInitBytes,
        };

        if (_port.IsServer)
        {
            OwnHostKey = FindHostKey(_chosen!.HostKey.KeyType);
            _exchange = new ServerExchange(_port, _chosen.Method, OwnHostKey.PublicKey.Blob.ToArray()) { Transcript = transcript };
            return;
        }

        if (_exchange is ClientExchange guessed && _chosen!.GuessIsRight)
        {
            guessed.Transcript = transcript;
            return;
        }

        _exchange?.Dispose();
        var exchange = new ClientExchange(_port, _chosen!.Method) { Transcript = transcript };
        _exchange = exchange;
        exchange.Start();
    }

    private SshHostKey FindHostKey(string keyType) =>
        ((SshServerSettings)_port.Settings).HostKeys.Last(key => key.PublicKey.KeyType == keyType);

    private void OnMethodMessage(MessageId id, ReadOnlySpan<byte> payload)
    {
        if (_dropGuess)
        {
            // RFC 4253 §7.1: "If the other party's guess was wrong, and this field was TRUE, the next packet MUST be silently
            // ignored": exactly one packet.
            _dropGuess = false;
            return;
        }

        if (_exchange is null || _chosen is null)
        {
            Violation("A key exchange message came outside an exchange.", "KEXINIT", $"message {(int)id}");
            return;
        }

        var step = _exchange.On(id, payload);
        if (_port.Traces(SshTraceAreas.KeyExchange))
        {
            Trace($"message {(int)id} of {_exchange.Method.Name}: {step}");
        }

        switch (step)
        {
            case KexStep.GroupNeeded:
                ChooseGroup((ServerExchange)_exchange);
                break;
            case KexStep.SignatureNeeded:
                Sign((ServerExchange)_exchange);
                break;
            case KexStep.Replied:
                Verify();
                break;
            case KexStep.Failed:
                _port.Fail(_exchange.Error!);
                break;
            default:
                break;
        }
    }

    private void ChooseGroup(ServerExchange exchange)
    {
        var settings = (SshServerSettings)_port.Settings;
        if (settings.Groups is { } groups)
        {
            if (groups.TryChoose(exchange.Minimum, exchange.Preferred, exchange.Maximum, _port.Random, out var prime, out var generator))
            {
                exchange.SendGroup(prime.Span, generator.Span);
            }
            else
            {
                NoGroup(exchange);
            }

            return;
        }

        Ask(SshEventKind.GexGroupNeeded, new GexGroupNeeded(exchange.Minimum, exchange.Preferred, exchange.Maximum, (prime, generator) =>
        {
            if (prime is null)
            {
                NoGroup(exchange);
            }
            else
            {
                exchange.SendGroup(prime, generator);
            }
        }));
    }

    private void NoGroup(ServerExchange exchange) =>
        _port.Fail(new SshError(SshErrorKind.KeyExchangeFailed, "There is no group of the size that the client asks for.", Got: $"{exchange.Minimum} to {exchange.Maximum} bits"));

    private void Sign(ServerExchange exchange)
    {
        string algorithm = _chosen!.HostKey.Name;
        if (OwnHostKey!.PrivateKey is { } key)
        {
            SignHere(exchange, key, algorithm);
            return;
        }

        Ask(SshEventKind.HostSignatureNeeded, new HostSignatureNeeded(OwnHostKey.PublicKey, algorithm, exchange.ExchangeHash, signature =>
        {
            if (signature is null)
            {
                _port.Fail(new SshError(SshErrorKind.KeyExchangeFailed, "The host key could not sign the exchange."));
            }
            else if (!OwnHostKey.PublicKey.Verify(_port.Crypto, algorithm, exchange.ExchangeHash, signature))
            {
                // A wrong signature says more about an RSA key than a right one: none leaves that was not verified.
                _port.Fail(new SshError(SshErrorKind.KeyExchangeFailed, "The host's signature is not one of the host key.", algorithm));
            }
            else
            {
                Reply(exchange, signature);
            }
        }));
    }

    private void SignHere(ServerExchange exchange, SshPrivateKey key, string algorithm)
    {
        byte[] signature;
        try
        {
            signature = key.Sign(algorithm, exchange.ExchangeHash);
        }
        catch (Exception)
        {
            // A provider that fails, or a key that was disposed, is no reason to throw at whoever polls.
            _port.Fail(new SshError(SshErrorKind.KeyExchangeFailed, "The host key could not sign the exchange."));
            return;
        }

        Reply(exchange, signature);
    }

    private void Reply(ServerExchange exchange, byte[] signature)
    {
        exchange.SendReply(signature);
        SendNewKeys();
    }

    private void Verify()
    {
        var exchange = _exchange!;
        var algorithm = _chosen!.HostKey;
        if (!SshPublicKey.TryParse(exchange.HostKeyBlob, out var key, out var error, _port.Settings.Limits))
        {
            _port.Fail(new SshError(SshErrorKind.KeyExchangeFailed, "The server's host key is not valid: " + error.Message, error.Expected, error.Got));
            return;
        }

        if (key.KeyType != algorithm.KeyType)
        {
            _port.Fail(new SshError(SshErrorKind.KeyExchangeFailed, "The server's host key is of another type than negotiated.", algorithm.KeyType, key.KeyType));
            return;
        }

        if (!key.Verify(_port.Crypto, algorithm.Name, exchange.ExchangeHash, exchange.Signature))
        {
            _port.Fail(new SshError(SshErrorKind.KeyExchangeFailed, "The server's signature over the key exchange is wrong.", algorithm.Name));
            return;
        }

        Trace("the server's signature is good");
        if (HostKey is not null)
        {
            FinishRekey(key);
            return;
        }

        _hostKey = key;
        Ask(SshEventKind.HostKeyOffered, new HostKeyOffered(key, algorithm.Name, OnHostKeyAnswer));
    }

    private void FinishRekey(SshPublicKey key)
    {
        if (key.Blob.Span.SequenceEqual(HostKey!.Blob.Span))
        {
            SendNewKeys();
        }
        else
        {
            _port.Fail(new SshError(SshErrorKind.HostKeyRejected, "The server changed its host key in a rekey.", HostKey.KeyType, key.KeyType));
        }
    }

    private void OnHostKeyAnswer(bool accepted)
    {
        if (!accepted)
        {
            _port.Fail(new SshError(SshErrorKind.HostKeyRejected, "The host key was not accepted."));
            return;
        }

        HostKey = _hostKey;
        SendNewKeys();
    }

    private void SendNewKeys()
    {
        using var result = _exchange!.Result();
        if (IsFirst)
        {
            _owner.SetSessionId(result.ExchangeHash);
        }

        var chosen = _chosen!;
        var sessionId = _port.SessionId;
        var toServer = KeyDerivation.CreateProtection(_port.Crypto, chosen.CipherToServer, chosen.MacToServer, result, sessionId, fromClient: true, encrypt: !_port.IsServer);
        var toClient = KeyDerivation.CreateProtection(_port.Crypto, chosen.CipherToClient, chosen.MacToClient, result, sessionId, fromClient: false, encrypt: _port.IsServer);
        _owner.SendNow([(byte)MessageId.NewKeys]);
        if (_port.IsClosing)
        {
            toServer.Dispose();
            toClient.Dispose();
            return;
        }

        _owner.ChangeOutgoing(_port.IsServer ? toClient : toServer, IsStrict);
        _nextIncoming = _port.IsServer ? toServer : toClient;
        _exchange.Dispose();
        _exchange = null;
        _outgoingDone = true;
        Trace("NEWKEYS is sent: new keys are in use outwards");
        _owner.OnOutgoingKeysChanged(IsFirst);
    }

    private void OnNewKeys(ReadOnlySpan<byte> payload)
    {
        if (_nextIncoming is null || payload.Length != 1)
        {
            Violation("NEWKEYS came before the key exchange was done.", "the exchange's messages");
            return;
        }

        _owner.ChangeIncoming(_nextIncoming, IsStrict);
        bool first = IsFirst;
        InUse = _chosen!.Describe(_port.IsServer, IsStrict);
        _nextIncoming = null;
        _ourInit = _peerInit = null;
        _ourInitBytes = _peerInitBytes = [];
        _chosen = null;
        _outgoingDone = false;
        _dropGuess = false;
        Done++;
        Trace("NEWKEYS is in: new keys are in use inwards");
        _port.Raise(new SshEvent(SshEventKind.KeysChanged, body: new KeysChanged(Done, InUse)));
        _owner.OnExchangeDone(first);
    }

    private void Ask(SshEventKind kind, SshDecision decision)
    {
        _pending = decision;
        _port.Ask(kind, decision);
    }

    private void Trace(string text) => _port.Trace(SshTraceAreas.KeyExchange, text);

    private void Violation(string message, string? expected = null, string? got = null) =>
        _port.Fail(new SshError(SshErrorKind.ProtocolViolation, message, expected, got));
}
