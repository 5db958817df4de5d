using SshCore.Events;
using SshCore.Keys;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Auth.Methods;

/// <summary>
/// Method <c>publickey</c> (RFC 4252 §7): boolean, string algorithm name, string key blob and, after TRUE, string
/// signature. A query is one event, a verified signature another: nothing that was said to a query counts when a key
/// signs (CVE-2024-45337). What is wrong with the key, the algorithm or the signature is refused before the host, and
/// so the user, comes into it.
/// </summary>
internal sealed class ServerPublicKey : ServerMethod
{
    public ServerPublicKey(ServerAuth login)
        : base(login)
    {
    }

    public override void Begin(in UserAuthRequest request)
    {
        var limits = Login.Port.Settings.Limits;
        var reader = new SshReader(request.Fields);
        bool signed = reader.ReadBoolean();
        string algorithm = reader.ReadName(limits.NameLength);
        var blob = reader.ReadString();
        var signature = signed ? reader.ReadString() : default;
        if (!reader.IsComplete)
        {
            Login.Port.Fail(AuthErrors.Malformed("USERAUTH_REQUEST of method publickey"));
            return;
        }

        if (!signed && !Login.CountProbe())
        {
            return;
        }

        if (!Accepts(algorithm, out string keyType)
            || !SshPublicKey.TryParse(blob, out var key, out _, limits)
            || !string.Equals(key.KeyType, keyType, StringComparison.Ordinal)
            || WasAccepted(key))
        {
            Login.Refuse(counts: signed);
        }
        else if (!signed)
        {
            Login.Ask(SshEventKind.KeyProbe, new KeyProbe(Login, Login.User, Login.Factors, key, algorithm));
        }
        else if (key.Verify(
            Login.Port.Crypto, algorithm, SignedBlob.Create(Login.Port.SessionId, request.UserNameUtf8, algorithm, blob), signature))
        {
            Login.Ask(SshEventKind.KeyProof, new KeyProof(Login, Login.User, Login.Factors, key, algorithm));
        }
        else
        {
            Login.Refuse();
        }
    }

    public override void OnVerdict(AuthAttempt attempt, AuthVerdict verdict)
    {
        if (attempt is not KeyProbe probe)
        {
            base.OnVerdict(attempt, verdict);
        }
        else if (verdict is AuthVerdict.Accepted or AuthVerdict.Partial)
        {
            // USERAUTH_PK_OK: string algorithm name from the request, string key blob from the request.
            var writer = Login.Port.Begin(MessageId.UserAuth60);
            writer.WriteString(probe.Algorithm);
            writer.WriteString(probe.Key.Blob.Span);
            Login.Port.Send();
        }
        else
        {
            Login.Refuse(counts: false);
        }
    }

    private protected override AuthFactor Factor(AuthAttempt attempt)
    {
        var proof = (KeyProof)attempt;
        return new AuthFactor(proof.Method, proof.Key, proof.Algorithm);
    }

    /// <summary>Whether the settings have the algorithm and the provider can verify it.</summary>
    private bool Accepts(string name, out string keyType)
    {
        bool known = SignatureAlgorithm.TryFind(name, out var algorithm);
        keyType = known ? algorithm!.KeyType : "";
        return known
            && AuthMethods.Contains(Login.Port.Settings.Algorithms.Signatures, name)
            && Login.Port.Crypto.Supports(algorithm!.Primitive)
            && Login.Port.Crypto.Supports(algorithm.Hash);
    }

    /// <summary>A key is one factor: after partial success the same key is no second one.</summary>
    private bool WasAccepted(SshPublicKey key)
    {
        foreach (var factor in Login.Factors)
        {
            if (key.Equals(factor.Key))
            {
                return true;
            }
        }

        return false;
    }
}
