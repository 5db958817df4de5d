using SshCore.Kex;
using SshCore.Keys;

namespace SshCore.Events;

/// <summary>A key exchange began.</summary>
public sealed class KexStarted : SshEventBody
{
    internal KexStarted(bool isFirst, bool byPeer)
    {
        IsFirst = isFirst;
        ByPeer = byPeer;
    }

    /// <summary>True for the exchange that makes the session id.</summary>
    public bool IsFirst { get; }

    /// <summary>True if the peer's KEXINIT came before ours went out.</summary>
    public bool ByPeer { get; }
}

/// <summary>The negotiation's result (RFC 4253 §7.1).</summary>
public sealed class AlgorithmsChosen : SshEventBody
{
    internal AlgorithmsChosen(NegotiatedAlgorithms algorithms) => Algorithms = algorithms;

    /// <summary>What both sides will use.</summary>
    public NegotiatedAlgorithms Algorithms { get; }
}

/// <summary>
/// The server's host key, whose signature over this exchange has been verified already. Nothing is sent under the new
/// keys before it is accepted. Raised in the first exchange; a rekey must bring the same key.
/// </summary>
public sealed class HostKeyOffered : SshDecision
{
    private readonly Action<bool> _answer;

    internal HostKeyOffered(SshPublicKey key, string algorithm, Action<bool> answer)
    {
        Key = key;
        Algorithm = algorithm;
        _answer = answer;
    }

    /// <summary>The key.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The negotiated signature algorithm.</summary>
    public string Algorithm { get; }

    /// <summary>Trusts the key.</summary>
    public void Accept()
    {
        if (TryAnswer())
        {
            _answer(true);
        }
    }

    /// <summary>Ends the connection with <see cref="Errors.SshErrorKind.HostKeyRejected"/>.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(false);
        }
    }
}

/// <summary>The exchange hash wants the signature of a host key whose private half is elsewhere (HSM, agent).</summary>
public sealed class HostSignatureNeeded : SshDecision
{
    private readonly Action<byte[]?> _answer;

    internal HostSignatureNeeded(SshPublicKey key, string algorithm, ReadOnlyMemory<byte> data, Action<byte[]?> answer)
    {
        Key = key;
        Algorithm = algorithm;
        Data = data;
        _answer = answer;
    }

    /// <summary>The negotiated host key.</summary>
    public SshPublicKey Key { get; }

    /// <summary>The signature algorithm's name.</summary>
    public string Algorithm { get; }

    /// <summary>What is to be signed: the exchange hash.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>
    /// Gives the signature blob: string name, string signature (RFC 4253 §6.6). One that is not the key's over
    /// <see cref="Data"/> ends the connection; it is not sent.
    /// </summary>
    public void Sign(ReadOnlySpan<byte> signatureBlob)
    {
        if (TryAnswer())
        {
            _answer(signatureBlob.ToArray());
        }
    }

    /// <summary>Ends the connection: it cannot be signed.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(null);
        }
    }
}

/// <summary>A client asks for a group (RFC 4419 §3). Raised only when the server's settings leave the choice to the host.</summary>
public sealed class GexGroupNeeded : SshDecision
{
    private readonly Action<byte[]?, byte[]?> _answer;

    internal GexGroupNeeded(int minimum, int preferred, int maximum, Action<byte[]?, byte[]?> answer)
    {
        Minimum = minimum;
        Preferred = preferred;
        Maximum = maximum;
        _answer = answer;
    }

    /// <summary>Smallest size in bits.</summary>
    public int Minimum { get; }

    /// <summary>Wanted size in bits.</summary>
    public int Preferred { get; }

    /// <summary>Largest size in bits.</summary>
    public int Maximum { get; }

    /// <summary>Uses this safe prime and generator, as unsigned big-endian magnitudes.</summary>
    /// <exception cref="ArgumentException">The prime is even or outside the asked range, or the generator not in 2..p-2.</exception>
    public void Use(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator)
    {
        int bits = BitLength.Of(prime);
        if (bits < Minimum || bits > Maximum)
        {
            throw new ArgumentException($"The prime has {bits} bits; the client asked for {Minimum} to {Maximum}.", nameof(prime));
        }

        if ((prime[prime.Length - 1] & 1) == 0)
        {
            throw new ArgumentException("The prime is even.", nameof(prime));
        }

        if (!ModpGroups.IsGenerator(generator, prime))
        {
            throw new ArgumentException("The generator is not in 2..p-2.", nameof(generator));
        }

        if (TryAnswer())
        {
            _answer(prime.ToArray(), generator.ToArray());
        }
    }

    /// <summary>Ends the connection: there is no such group.</summary>
    public override void Deny()
    {
        if (TryAnswer())
        {
            _answer(null, null);
        }
    }
}

/// <summary>New keys are in use in both directions.</summary>
public sealed class KeysChanged : SshEventBody
{
    internal KeysChanged(int exchange, NegotiatedAlgorithms algorithms)
    {
        Exchange = exchange;
        Algorithms = algorithms;
    }

    /// <summary>1 for the first exchange of the connection, 2 for the first rekey, and so on.</summary>
    public int Exchange { get; }

    /// <summary>What is in use now.</summary>
    public NegotiatedAlgorithms Algorithms { get; }
}
