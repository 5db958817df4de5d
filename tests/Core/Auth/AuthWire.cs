using SshCore.Auth;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Auth;

/// <summary>Messages of RFC 4252 and RFC 4256 as a peer would send them, right or wrong, and keys to sign them with.</summary>
internal static class AuthWire
{
    public static readonly SshCryptoProvider Crypto = DefaultCrypto.Provider;
    public static readonly SshPrivateKey KeyA = SshPrivateKey.Generate(Crypto, SshKeyKind.Ed25519, random: new SeededRandom(1));
    public static readonly SshPrivateKey KeyB = SshPrivateKey.Generate(Crypto, SshKeyKind.Ed25519, random: new SeededRandom(2));
    public static readonly SshPrivateKey Ecdsa = SshPrivateKey.Parse(Fixture.Bytes("openssh-p256"), default, Crypto);
    public static readonly SshPrivateKey Rsa = SshPrivateKey.Parse(Fixture.Bytes("openssh-rsa"), default, Crypto);

    public static readonly byte[] Success = [(byte)MessageId.UserAuthSuccess];

    public static byte[] Message(MessageId id, Action<SshWriter> fields)
    {
        using var writer = new SshWriter();
        writer.WriteByte((byte)id);
        fields(writer);
        return writer.ToArray();
    }

    public static byte[] ServiceRequest(string name = "ssh-userauth") => Message(MessageId.ServiceRequest, w => w.WriteString(name));

    public static byte[] ServiceAccept(string name = "ssh-userauth") => Message(MessageId.ServiceAccept, w => w.WriteString(name));

    public static byte[] Request(string user, string method, Action<SshWriter>? fields = null, string service = "ssh-connection") =>
        Message(MessageId.UserAuthRequest, w =>
        {
            w.WriteString(user);
            w.WriteString(service);
            w.WriteString(method);
            fields?.Invoke(w);
        });

    public static byte[] Password(string user, string password, string? newPassword = null) => Request(user, "password", w =>
    {
        w.WriteBoolean(newPassword is not null);
        w.WriteString(password);
        if (newPassword is not null)
        {
            w.WriteString(newPassword);
        }
    });

    public static byte[] Probe(string user, SshPublicKey key, string? algorithm = null) =>
        Probe(user, key.Blob.ToArray(), algorithm ?? key.SignatureAlgorithms[0]);

    public static byte[] Probe(string user, byte[] blob, string algorithm) => Request(user, "publickey", w =>
    {
        w.WriteBoolean(false);
        w.WriteString(algorithm);
        w.WriteString(blob);
    });

    /// <summary>A signed request; every part can differ from what is signed.</summary>
    public static byte[] Proof(
        string user, SshPrivateKey key, byte[] sessionId, string? algorithm = null, string? signedUser = null, SshPrivateKey? signer = null, string? signedAlgorithm = null)
    {
        algorithm ??= key.PublicKey.SignatureAlgorithms[0];
        signer ??= key;
        var data = SignedBlob.Create(sessionId, Utf8.Bytes(signedUser ?? user), signedAlgorithm ?? algorithm, key.PublicKey.Blob.Span);
        return Proof(user, key.PublicKey.Blob.ToArray(), algorithm, signer.Sign(signer.PublicKey.KeyType == "ssh-rsa" ? algorithm : signer.PublicKey.KeyType, data));
    }

    public static byte[] Proof(string user, byte[] blob, string algorithm, byte[] signature) => Request(user, "publickey", w =>
    {
        w.WriteBoolean(true);
        w.WriteString(algorithm);
        w.WriteString(blob);
        w.WriteString(signature);
    });

    public static byte[] Interactive(string user, string submethods = "") => Request(user, "keyboard-interactive", w =>
    {
        w.WriteString("");
        w.WriteString(submethods);
    });

    public static byte[] InfoResponse(params string[] answers) => Message(MessageId.UserAuth61, w =>
    {
        w.WriteUInt32((uint)answers.Length);
        foreach (string answer in answers)
        {
            w.WriteString(answer);
        }
    });

    public static byte[] InfoRequest(string name, string instruction, params AuthPrompt[] prompts) => Message(MessageId.UserAuth60, w =>
    {
        w.WriteString(name);
        w.WriteString(instruction);
        w.WriteString("");
        w.WriteUInt32((uint)prompts.Length);
        foreach (var prompt in prompts)
        {
            w.WriteString(prompt.Text);
            w.WriteBoolean(prompt.Echo);
        }
    });

    public static byte[] Failure(string methods, bool partial = false) => Message(MessageId.UserAuthFailure, w =>
    {
        w.WriteString(methods);
        w.WriteBoolean(partial);
    });

    public static byte[] Banner(string text, string language = "") => Message(MessageId.UserAuthBanner, w =>
    {
        w.WriteString(text);
        w.WriteString(language);
    });

    public static byte[] PkOk(SshPublicKey key, string? algorithm = null) => Message(MessageId.UserAuth60, w =>
    {
        w.WriteString(algorithm ?? key.SignatureAlgorithms[0]);
        w.WriteString(key.Blob.Span);
    });

    public static byte[] ChangeRequest(string prompt) => Message(MessageId.UserAuth60, w =>
    {
        w.WriteString(prompt);
        w.WriteString("");
    });
}
