using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Messages;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Kex;

/// <summary>What an exchange waits for after a message.</summary>
internal enum KexStep
{
    /// <summary>The peer's next message.</summary>
    Waiting,
    /// <summary>Server: a group for the asked range.</summary>
    GroupNeeded,
    /// <summary>Server: the host key's signature over the exchange hash.</summary>
    SignatureNeeded,
    /// <summary>Client: the verification of the host key and its signature.</summary>
    Replied,
    /// <summary>Nothing: it failed, see <see cref="KexExchange.Error"/>.</summary>
    Failed,
}

/// <summary>
/// The messages of one key exchange method on one side. KEXDH and ECDH: 30 value, 31 host key ‖ value ‖ signature
/// (RFC 4253 §8, RFC 5656 §4). Group exchange: 34 range, 31 group, 32 value, 33 reply (RFC 4419 §5).
/// </summary>
internal abstract class KexExchange : IDisposable
{
    private readonly SecretBytes _secret = new();

    protected KexExchange(IConnectionPort port, KexMethod method)
    {
        Port = port;
        Method = method;
    }

    public KexMethod Method { get; }

    /// <summary>Set once both KEXINITs are known.</summary>
    public KexTranscript? Transcript { get; set; }

    public SshError? Error { get; private set; }

    public byte[] ExchangeHash { get; private set; } = [];

    public byte[] HostKeyBlob { get; protected set; } = [];

    /// <summary>Client: the signature blob of the server's reply.</summary>
    public byte[] Signature { get; protected set; } = [];

    protected IConnectionPort Port { get; }

    protected KexShare? Share { get; set; }

    protected SecretBytes Secret => _secret;

    /// <summary>Message number of the reply.</summary>
    protected MessageId ReplyId => Method.Kind == KexKind.GroupExchange ? MessageId.Kex33 : MessageId.Kex31;

    /// <summary>Message number of the client's value.</summary>
    protected MessageId InitId => Method.Kind == KexKind.GroupExchange ? MessageId.Kex32 : MessageId.Kex30;

    /// <summary>Range and group of a group exchange, as they are hashed; empty otherwise.</summary>
    protected SshWriter GroupValues { get; } = new(64);

    public abstract KexStep On(MessageId id, ReadOnlySpan<byte> payload);

    /// <summary>The secret and hash for the key derivation; the caller disposes it.</summary>
    public KexResult Result() => new() { Hash = Method.Hash, EncodedSecret = new SecretBytes(_secret.Span), ExchangeHash = ExchangeHash };

    public void Dispose()
    {
        _secret.Dispose();
        Share?.Dispose();
        GroupValues.Dispose();
    }

    protected KexShare CreateShare(ReadOnlySpan<byte> prime = default, ReadOnlySpan<byte> generator = default) => Method.Kind switch
    {
        KexKind.Hybrid => new HybridShare(Port.Crypto, Method, Port.Random),
        KexKind.Ecdh => new EcdhShare(Port.Crypto.CreateKeyAgreement(Method.Agreement, Port.Random)),
        KexKind.FixedGroup => new DhShare(Port.Crypto.CreateDiffieHellman(ModpGroups.Prime(Method.Group), ModpGroups.Generator, DhShare.PrivateBits, Port.Random)),
        _ => new DhShare(Port.Crypto.CreateDiffieHellman(prime, generator, DhShare.PrivateBits, Port.Random)),
    };

    protected ReadOnlySpan<byte> ReadValue(ref SshReader reader) =>
        Share!.IsMpint ? reader.ReadMpint(Port.Settings.Limits.LargestGroupBits / 8) : reader.ReadString();

    protected void WriteValue(SshWriter writer, ReadOnlySpan<byte> value)
    {
        if (Share!.IsMpint)
        {
            writer.WriteMpint(value);
        }
        else
        {
            writer.WriteString(value);
        }
    }

    protected void ComputeHash(ReadOnlySpan<byte> clientValue, ReadOnlySpan<byte> serverValue)
    {
        using var values = new SshWriter(2048);
        values.WriteBytes(GroupValues.WrittenSpan);
        WriteValue(values, clientValue);
        WriteValue(values, serverValue);
        ExchangeHash = Transcript!.Hash(Port.Crypto, Method.Hash, HostKeyBlob, values.WrittenSpan, _secret.Span);
    }

    protected KexStep Fail(string message, string? expected = null, string? got = null)
    {
        Error = new SshError(SshErrorKind.KeyExchangeFailed, message, expected, got);
        return KexStep.Failed;
    }

    protected KexStep Malformed(MessageId id)
    {
        Error = new SshError(SshErrorKind.InvalidMessage, $"Message {(int)id} of {Method.Name} is malformed.");
        return KexStep.Failed;
    }

    protected KexStep Unexpected(MessageId id)
    {
        Error = new SshError(SshErrorKind.ProtocolViolation, $"A message came out of turn in {Method.Name}.", Got: $"message {(int)id}");
        return KexStep.Failed;
    }
}
