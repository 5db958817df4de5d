using SshCore.Buffers;
using SshCore.Kex;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.TestKit;

/// <summary>
/// One key exchange as a script sees it: the KEXINITs, the values sent both ways, the secret, the hash, the keys. Written a
/// second time from the RFCs so that the core is not checked against itself; all of it may be changed on the way.
/// </summary>
public sealed class ScriptExchange
{
    private readonly SshCryptoProvider _crypto;
    private readonly RandomSource _random;
    private SshKeyAgreement? _agreement;
    private SshKemKeyPair? _kem;

    internal ScriptExchange(SshCryptoProvider crypto, RandomSource random)
    {
        _crypto = crypto;
        _random = random;
    }

    /// <summary>I_C, the client's KEXINIT.</summary>
    public byte[] ClientInit { get; internal set; } = [];

    /// <summary>I_S, the server's KEXINIT.</summary>
    public byte[] ServerInit { get; internal set; } = [];

    public KexMethod Method { get; private set; } = KexMethod.All[0];

    public string HostKeyAlgorithm { get; private set; } = "";

    public CipherAlgorithm CipherToServer { get; private set; } = CipherAlgorithm.All[0];

    public CipherAlgorithm CipherToClient { get; private set; } = CipherAlgorithm.All[0];

    public MacAlgorithm? MacToServer { get; private set; }

    public MacAlgorithm? MacToClient { get; private set; }

    /// <summary>The group of a finite-field exchange.</summary>
    public byte[] Prime { get; set; } = [];

    public byte[] Generator { get; set; } = [2];

    /// <summary>What the client of a group exchange asks for: min, n, max.</summary>
    public uint[] GroupSizes { get; set; } = [2048, 3072, 8192];

    /// <summary>e, Q_C or the client's hybrid value.</summary>
    public byte[] ClientValue { get; set; } = [];

    /// <summary>f, Q_S or the server's hybrid value.</summary>
    public byte[] ServerValue { get; set; } = [];

    /// <summary>K_S.</summary>
    public byte[] HostKey { get; set; } = [];

    public byte[] Signature { get; set; } = [];

    /// <summary>K as it is hashed: an mpint, or a string for hybrids.</summary>
    public byte[] EncodedSecret { get; set; } = [];

    /// <summary>H.</summary>
    public byte[] Hash { get; set; } = [];

    private bool IsMpint => Method.Kind is KexKind.FixedGroup or KexKind.GroupExchange;

    /// <summary>Chooses the algorithms from the two KEXINITs.</summary>
    public void Negotiate()
    {
        var client = ScriptKexInit.Parse(ClientInit);
        var server = ScriptKexInit.Parse(ServerInit);
        Method = KexMethod.Find(ScriptKexInit.Choose(client.KeyExchanges, server.KeyExchanges))!;
        HostKeyAlgorithm = ScriptKexInit.Choose(client.HostKeys, server.HostKeys);
        CipherToServer = CipherAlgorithm.Find(ScriptKexInit.Choose(client.CiphersToServer, server.CiphersToServer))!;
        CipherToClient = CipherAlgorithm.Find(ScriptKexInit.Choose(client.CiphersToClient, server.CiphersToClient))!;
        MacToServer = CipherToServer.Authenticates ? null : MacAlgorithm.Find(ScriptKexInit.Choose(client.MacsToServer, server.MacsToServer));
        MacToClient = CipherToClient.Authenticates ? null : MacAlgorithm.Find(ScriptKexInit.Choose(client.MacsToClient, server.MacsToClient));
        if (Method.Kind == KexKind.FixedGroup)
        {
            Prime = ModpGroups.Prime(Method.Group);
        }
    }

    /// <summary>Makes the client's fresh value.</summary>
    public void MakeClientValue()
    {
        BeginAgreement();
        _kem = Method.Kem is { } kem ? _crypto.CreateKemKeyPair(kem, _random) : null;
        ClientValue = _kem is null ? _agreement!.PublicValue.ToArray() : [.. _kem.PublicKey, .. _agreement!.PublicValue];
    }

    /// <summary>Makes the secret out of the server's value.</summary>
    public void AgreeAsClient()
    {
        using var curve = new SecretBytes();
        using var kem = new SecretBytes();
        int kemLength = _kem is null ? 0 : ServerValue.Length - 32;
        bool agreed = _agreement!.TryAgree(ServerValue.AsSpan(kemLength), curve)
            && (_kem is null || _kem.TryDecapsulate(ServerValue.AsSpan(0, kemLength), kem));
        Finish(agreed, kem, curve);
    }

    /// <summary>Makes the server's value and the secret out of the client's value.</summary>
    public void RespondAsServer()
    {
        BeginAgreement();
        using var curve = new SecretBytes();
        using var kem = new SecretBytes();
        byte[] ciphertext = [];
        int kemLength = Method.Kem is null ? 0 : ClientValue.Length - 32;
        bool agreed = _agreement!.TryAgree(ClientValue.AsSpan(kemLength), curve)
            && (Method.Kem is not { } id || _crypto.TryEncapsulate(id, ClientValue.AsSpan(0, kemLength), _random, out ciphertext, kem));
        ServerValue = [.. ciphertext, .. _agreement.PublicValue];
        Finish(agreed, kem, curve);
    }

    /// <summary>H over what is known now (RFC 4253 §8, RFC 4419 §3, RFC 5656 §4).</summary>
    public byte[] ComputeHash(string clientVersion, string serverVersion)
    {
        using var writer = new SshWriter();
        writer.WriteString(clientVersion);
        writer.WriteString(serverVersion);
        writer.WriteString(ClientInit);
        writer.WriteString(ServerInit);
        writer.WriteString(HostKey);
        if (Method.Kind == KexKind.GroupExchange)
        {
            foreach (uint size in GroupSizes)
            {
                writer.WriteUInt32(size);
            }

            writer.WriteMpint(Prime);
            writer.WriteMpint(Generator);
        }

        WriteValue(writer, ClientValue);
        WriteValue(writer, ServerValue);
        writer.WriteBytes(EncodedSecret);
        return Digest(writer.WrittenSpan);
    }

    /// <summary>Key material (RFC 4253 §7.2) for a letter from A to F.</summary>
    internal byte[] Derive(char letter, int length, byte[] sessionId)
    {
        byte[] key = Digest([.. EncodedSecret, .. Hash, (byte)letter, .. sessionId]);
        while (key.Length < length)
        {
            key = [.. key, .. Digest([.. EncodedSecret, .. Hash, .. key])];
        }

        return key[..length];
    }

    internal ScriptCodec Codec(bool toServer, bool encrypt, byte[] sessionId)
    {
        var cipher = toServer ? CipherToServer : CipherToClient;
        var mac = toServer ? MacToServer : MacToClient;
        return new ScriptCodec(
            _crypto,
            cipher,
            mac,
            key: Derive(toServer ? 'C' : 'D', cipher.KeyLength, sessionId),
            iv: Derive(toServer ? 'A' : 'B', cipher.IvLength, sessionId),
            macKey: Derive(toServer ? 'E' : 'F', mac?.Length ?? 0, sessionId),
            encrypt);
    }

    internal void WriteValue(SshWriter writer, byte[] value)
    {
        if (IsMpint)
        {
            writer.WriteMpint(value);
        }
        else
        {
            writer.WriteString(value);
        }
    }

    internal byte[] ReadValue(ref SshReader reader) => IsMpint ? reader.ReadMpint().ToArray() : reader.ReadString().ToArray();

    private void BeginAgreement() =>
        _agreement = IsMpint
            ? _crypto.CreateDiffieHellman(Prime, Generator, 512, _random)
            : _crypto.CreateKeyAgreement(Method.Agreement, _random);

    private void Finish(bool agreed, SecretBytes kem, SecretBytes curve)
    {
        // A script that sent a wrong value on purpose never gets as far as needing the secret.
        byte[] secret = agreed ? curve.Span.ToArray() : [1];
        using var writer = new SshWriter();
        if (Method.Kem is null)
        {
            writer.WriteMpint(secret);
        }
        else
        {
            writer.WriteString(Digest([.. kem.Span, .. secret]));
        }

        EncodedSecret = writer.ToArray();
    }

    private byte[] Digest(ReadOnlySpan<byte> data)
    {
        using var hash = _crypto.CreateHash(Method.Hash);
        var digest = new byte[hash.Length];
        hash.Append(data);
        hash.Finish(digest);
        return digest;
    }
}
