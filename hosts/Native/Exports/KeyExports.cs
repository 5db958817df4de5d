using System.Runtime.InteropServices;
using System.Text;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Security;

namespace SshCore.Native.Exports;

/// <summary>Keys: read, make, write, show, sign, verify.</summary>
internal static class KeyExports
{
    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_parse")]
    internal static Result Parse(nint file, nuint length, nint passphrase, nuint passphraseLength, nint key) =>
        Guard.Free((file, length, passphrase, passphraseLength, key), static a =>
        {
            In.Need(a.key, "key");
            var secret = SshPrivateKey.Parse(In.Bytes(a.file, a.length, "file"), In.Bytes(a.passphrase, a.passphraseLength, "passphrase"), DefaultCrypto.Provider);
            return new KeyObject(secret.PublicKey, secret, secret.Comment).Publish(a.key);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_parse_public")]
    internal static Result ParsePublic(nint line, nint key) => Guard.Free((line, key), static a =>
    {
        In.Need(a.key, "key");
        return SshPublicKey.TryParseOpenSsh(In.Text(a.line, "line"), out var parsed, out string comment, out var error)
            ? new KeyObject(parsed!, null, comment).Publish(a.key)
            : throw new SshKeyException(error!);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_from_blob")]
    internal static Result FromBlob(nint blob, nuint length, nint key) => Guard.Free((blob, length, key), static a =>
    {
        In.Need(a.key, "key");
        return new KeyObject(SshPublicKey.Parse(In.Bytes(a.blob, a.length, "blob")), null, "").Publish(a.key);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_generate")]
    internal static Result Generate(uint kind, uint rsaBits, nint comment, nint insecureSeed, nuint insecureSeedLength, nint key) =>
        Guard.Free((kind, rsaBits, comment, insecureSeed, insecureSeedLength, key), static a =>
        {
            In.Need(a.key, "key");
            var wanted = a.kind switch
            {
                1 => SshKeyKind.Ed25519,
                2 => SshKeyKind.EcdsaP256,
                3 => SshKeyKind.EcdsaP384,
                4 => SshKeyKind.EcdsaP521,
                5 => SshKeyKind.Rsa,
                _ => throw new NativeException(Result.Argument, $"There is no kind of key {a.kind}."),
            };
            if (a.rsaBits is not 0 and (< 2048 or > 16384))
            {
                throw new NativeException(Result.Argument, "RSA keys have 2048 to 16384 bits.");
            }

            RandomSource? random = a.insecureSeedLength == 0 ? null : new SeededSource(In.Bytes(a.insecureSeed, a.insecureSeedLength, "insecure_seed").ToArray());
            var made = SshPrivateKey.Generate(DefaultCrypto.Provider, wanted, a.rsaBits == 0 ? 3072 : (int)a.rsaBits, random, In.OptionalText(a.comment, "comment") ?? "");
            return new KeyObject(made.PublicKey, made, made.Comment).Publish(a.key);
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_free")]
    internal static Result Free(nint key) => Guard.Drop<KeyObject>(key);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_is_private")]
    internal static Result IsPrivate(nint key, nint isPrivate) => Guard.Shared(key, isPrivate, static (KeyObject k, nint isPrivate) =>
    {
        In.Need(isPrivate, "is_private");
        Out.Write(isPrivate, k.Private is null ? 0u : 1u);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_type")]
    internal static Result Type(nint key, nint text, nint bits) => Guard.Shared(key, (text, bits), static (KeyObject k, (nint Text, nint Bits) a) =>
    {
        In.Need(a.Text, "text");
        var result = new BlobObject(k.Public.KeyType).Publish(a.Text);
        if (result == Result.Ok)
        {
            Out.Write(a.Bits, (uint)k.Public.Bits);
        }

        return result;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_algorithms")]
    internal static Result Algorithms(nint key, nint names) => Guard.Shared(key, names, static (KeyObject k, nint names) =>
    {
        In.Need(names, "names");
        return new BlobObject(string.Join(',', k.Public.SignatureAlgorithms)).Publish(names);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_comment")]
    internal static Result Comment(nint key, nint text) => Guard.Shared(key, text, static (KeyObject k, nint text) =>
    {
        In.Need(text, "text");
        return new BlobObject(k.Comment).Publish(text);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_public_blob")]
    internal static Result PublicBlob(nint key, nint blob) => Guard.Shared(key, blob, static (KeyObject k, nint blob) =>
    {
        In.Need(blob, "blob");
        return new BlobObject(k.Public.Blob.Span).Publish(blob);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_public_line")]
    internal static Result PublicLine(nint key, nint comment, nint line) => Guard.Shared(key, (comment, line), static (KeyObject k, (nint Comment, nint Line) a) =>
    {
        In.Need(a.Line, "line");
        return new BlobObject(k.Public.ToOpenSshString(In.OptionalText(a.Comment, "comment") ?? k.Comment)).Publish(a.Line);
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_fingerprint")]
    internal static Result Fingerprint(nint key, uint kind, nint text) => Guard.Shared(key, (kind, text), static (KeyObject k, (uint Kind, nint Text) a) =>
    {
        In.Need(a.Text, "text");
        return a.Kind <= 1
            ? new BlobObject(k.Public.Fingerprint(DefaultCrypto.Provider, (SshFingerprintKind)a.Kind)).Publish(a.Text)
            : throw new NativeException(Result.Argument, $"There is no kind of fingerprint {a.Kind}.");
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_write")]
    internal static Result Write(nint key, uint format, nint passphrase, nuint passphraseLength, nint file) =>
        Guard.Shared(key, (format, passphrase, passphraseLength, file), static (KeyObject k, (uint Format, nint Passphrase, nuint Length, nint File) a) =>
        {
            In.Need(a.File, "file");
            var secret = Secret(k);
            var passphrase = In.Bytes(a.Passphrase, a.Length, "passphrase");
            var held = k.Use(); // the secret must not be zeroed half way, by a thread that frees the key
            byte[] bytes = [];
            try
            {
                bytes = a.Format switch
                {
                    0 => secret.WriteOpenSsh(passphrase),
                    1 => secret.WritePkcs8(passphrase),
                    2 => secret.WriteLegacyPem(passphrase),
                    _ => throw new NativeException(Result.Argument, $"There is no format {a.Format}."),
                };
                return new BlobObject(bytes).Publish(a.File);
            }
            finally
            {
                Array.Clear(bytes);
                held.Let();
            }
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_sign")]
    internal static Result Sign(nint key, nint algorithm, nint data, nuint length, nint signature) =>
        Guard.Shared(key, (algorithm, data, length, signature), static (KeyObject k, (nint Algorithm, nint Data, nuint Length, nint Signature) a) =>
        {
            In.Need(a.Signature, "signature");
            string algorithm = Algorithm(k, a.Algorithm);
            var held = k.Use();
            try
            {
                return new BlobObject(Secret(k).Sign(algorithm, In.Bytes(a.Data, a.Length, "data"))).Publish(a.Signature);
            }
            finally
            {
                held.Let();
            }
        });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_key_verify")]
    internal static Result Verify(nint key, nint algorithm, nint data, nuint length, nint signature, nuint signatureLength) =>
        Guard.Shared(key, (algorithm, data, length, signature, signatureLength), static (KeyObject k, (nint Algorithm, nint Data, nuint Length, nint Signature, nuint SignatureLength) a) =>
            k.Public.Verify(DefaultCrypto.Provider, Algorithm(k, a.Algorithm), In.Bytes(a.Data, a.Length, "data"), In.Bytes(a.Signature, a.SignatureLength, "signature"))
                ? Result.Ok : Result.Signature);

    private static SshPrivateKey Secret(KeyObject key) =>
        key.Private ?? throw new NativeException(Result.State, "The key has no private half.");

    private static string Algorithm(KeyObject key, nint name)
    {
        string algorithm = In.OptionalText(name, "algorithm") ?? key.Public.SignatureAlgorithms[0];
        foreach (string known in key.Public.SignatureAlgorithms)
        {
            if (known == algorithm)
            {
                return algorithm;
            }
        }

        throw new NativeException(Result.Algorithm, $"A key of type {key.Public.KeyType} does not sign with that algorithm.");
    }
}
