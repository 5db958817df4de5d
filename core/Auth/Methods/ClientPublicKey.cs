using SshCore.Events;
using SshCore.Keys;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Auth.Methods;

/// <summary>
/// Method <c>publickey</c> (RFC 4252 §7): asks whether the key would do, or signs at once. The signature is made here
/// or, for a key that is elsewhere, by a decision.
/// <code>
/// byte      SSH_MSG_USERAUTH_REQUEST
/// string    user name
/// string    service name
/// string    "publickey"
/// boolean   FALSE to ask, TRUE with a signature
/// string    public key algorithm name
/// string    public key blob
/// string    signature, only after TRUE
/// </code>
/// </summary>
internal sealed class ClientPublicKey : ClientMethod
{
    private readonly SshPublicKey _key;
    private readonly SshPrivateKey? _signer;
    private SignatureAlgorithm? _algorithm;
    private byte[] _signed = [];
    private bool _asking;

    public ClientPublicKey(ClientAuth login, SshPublicKey key, SshPrivateKey? signer)
        : base(login)
    {
        _key = key;
        _signer = signer;
    }

    public override string Name => AuthMethods.PublicKey;

    /// <summary>Nothing was proven by asking: only a signature can succeed.</summary>
    public override bool MaySucceed => !_asking;

    public override string? ContinuationName => _asking ? "USERAUTH_PK_OK" : null;

    public override AuthFactor Factor => new(Name, _key, _algorithm!.Name);

    public void Start(string? algorithm, bool probeFirst)
    {
        _algorithm = Choose(algorithm);
        if (_algorithm is null)
        {
            Login.Abandon(this, AuthRefusal.NoCommonAlgorithm, $"No signature algorithm of the {_key.KeyType} key is allowed on both sides.");
        }
        else if (probeFirst)
        {
            _asking = true;
            BeginRequest(signed: false);
            Login.Port.Send();
        }
        else
        {
            Sign();
        }
    }

    /// <summary>PK_OK: string algorithm name from the request, string key blob from the request.</summary>
    public override void OnContinuation(ref SshReader reader)
    {
        var algorithm = reader.ReadString();
        var blob = reader.ReadString();
        if (!reader.IsComplete)
        {
            Login.Port.Fail(AuthErrors.Malformed("USERAUTH_PK_OK"));
        }
        else if (!algorithm.SequenceEqual(Utf8.Bytes(_algorithm!.Name)) || !blob.SequenceEqual(_key.Blob.Span))
        {
            Login.Port.Fail(AuthErrors.OutOfTurn("USERAUTH_PK_OK for another key or algorithm", $"{_algorithm.Name} and the key asked about"));
        }
        else
        {
            _asking = false;
            Sign();
        }
    }

    /// <summary>
    /// The caller's choice, or the first that our settings allow. server-sig-algs count for RSA only, where a key has
    /// several algorithms (RFC 8332 §3.3): for other keys some servers leave out what they take. Without server-sig-algs
    /// RSA goes by our settings, SHA-2 first.
    /// </summary>
    private SignatureAlgorithm? Choose(string? wanted)
    {
        foreach (string name in wanted is null ? Login.Port.Settings.Algorithms.Signatures : [wanted])
        {
            if (SignatureAlgorithm.TryFind(name, out var algorithm)
                && string.Equals(algorithm.KeyType, _key.KeyType, StringComparison.Ordinal)
                && Login.Port.Crypto.Supports(algorithm.Primitive) && Login.Port.Crypto.Supports(algorithm.Hash)
                && (wanted is not null || algorithm.Primitive != Primitive.Rsa
                    || Login.ServerSigAlgs is not { } served || AuthMethods.Contains(served, name)))
            {
                return algorithm;
            }
        }

        return null;
    }

    private void Sign()
    {
        _signed = SignedBlob.Create(Login.Port.SessionId, Utf8.Bytes(Login.UserName!), _algorithm!.Name, _key.Blob.Span);
        if (_signer is null)
        {
            Login.Ask(SshEventKind.SignatureNeeded, new SignatureNeeded(_key, _algorithm.Name, _signed, Answer));
            return;
        }

        byte[] signature;
        try
        {
            signature = _signer.Sign(_algorithm.Name, _signed);
        }
        catch (Exception failure)
        {
            // Whatever stops a provider or a disposed key from signing, the log-in goes on without this key.
            Login.Abandon(this, AuthRefusal.SigningFailed, failure.Message);
            return;
        }

        Prove(signature);
    }

    private void Answer(SignatureNeeded decision, byte[]? signature)
    {
        if (!Login.Answered(decision))
        {
            return;
        }

        if (signature is null)
        {
            Login.Abandon(this, AuthRefusal.Abandoned, "The key was not used.");
        }
        else
        {
            Prove(signature);
        }
    }

    private void Prove(byte[] signature)
    {
        // A wrong signature says more about an RSA key than a right one: none leaves that was not verified.
        if (!_key.Verify(Login.Port.Crypto, _algorithm!.Name, _signed, signature))
        {
            Login.Abandon(this, AuthRefusal.SigningFailed, $"The signature is not one of the {_key.KeyType} key by {_algorithm.Name}.");
            return;
        }

        BeginRequest(signed: true).WriteString(signature);
        Login.Port.Send();
    }

    private SshWriter BeginRequest(bool signed)
    {
        var writer = Login.BeginRequest(Name);
        writer.WriteBoolean(signed);
        writer.WriteString(_algorithm!.Name);
        writer.WriteString(_key.Blob.Span);
        return writer;
    }
}
