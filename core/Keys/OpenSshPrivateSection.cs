using SshCore.Errors;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>
/// The decrypted section of an openssh-key-v1 file: two equal check numbers, the private key, its comment, and padding
/// 1, 2, 3 …
/// </summary>
internal static class OpenSshPrivateSection
{
    private const string What = "private section of the key file";

    public static SshPrivateKey? Read(
        ReadOnlySpan<byte> section, SshPublicKey publicKey, bool plain, in KeyFileContext context, out SshError? error)
    {
        var reader = new SshReader(section);
        if (reader.ReadUInt32() != reader.ReadUInt32() || reader.Failed)
        {
            error = plain ? KeyErrors.Damaged(What, "two equal check numbers") : KeyFileContext.PassphraseWrong;
            return null;
        }

        string type = reader.ReadName();
        if (reader.Failed || !string.Equals(type, publicKey.KeyType, StringComparison.Ordinal))
        {
            error = KeyErrors.Damaged(What, $"a key of type {publicKey.KeyType}");
            return null;
        }

        SshPrivateKey? key = publicKey switch
        {
            Ed25519PublicKey => ReadEd25519(ref reader, context, out error),
            EcdsaPublicKey ecdsa => ReadEcdsa(ref reader, ecdsa.Curve, context, out error),
            _ => ReadRsa(ref reader, context, out error),
        };
        if (key is null)
        {
            error ??= KeyErrors.Damaged(What, $"the fields of a {type} key");
            return null;
        }

        string comment = Utf8.Decode(reader.ReadString());
        error = reader.Failed || !IsPadding(reader.Remaining) ? KeyErrors.Damaged(What, "a comment and padding 1, 2, 3 …")
            : key.PublicKey != publicKey ? KeyErrors.Damaged("key file", "the public half of its own private key")
            : null;
        if (error is not null)
        {
            key.Dispose();
            return null;
        }

        key.Comment = comment;
        return key;
    }

    /// <summary>Writes the section of <paramref name="key"/>, padded to <paramref name="blockLength"/>.</summary>
    public static void Write(SshWriter writer, SshPrivateKey key, string comment, uint check, int blockLength)
    {
        writer.WriteUInt32(check);
        writer.WriteUInt32(check);
        writer.WriteString(key.PublicKey.KeyType);
        key.WriteOpenSshFields(writer);
        writer.WriteString(comment);
        for (byte pad = 1; writer.Length % blockLength != 0; pad++)
        {
            writer.WriteByte(pad);
        }
    }

    private static Ed25519PrivateKey? ReadEd25519(ref SshReader reader, in KeyFileContext context, out SshError? error)
    {
        var point = reader.ReadString();
        var pair = reader.ReadString();
        error = null;
        if (point.Length != Ed25519PublicKey.KeyLength || pair.Length != 2 * Ed25519PublicKey.KeyLength
            || !pair.Slice(Ed25519PublicKey.KeyLength).SequenceEqual(point))
        {
            return null;
        }

        return Ed25519PrivateKey.Read(pair.Slice(0, Ed25519PublicKey.KeyLength), point, context, out error);
    }

    private static EcdsaPrivateKey? ReadEcdsa(ref SshReader reader, EcdsaCurve curve, in KeyFileContext context, out SshError? error)
    {
        string name = reader.ReadName();
        var point = reader.ReadString();
        var scalar = reader.ReadMpint();
        error = null;
        return !reader.Failed && string.Equals(name, curve.Name, StringComparison.Ordinal)
            ? EcdsaPrivateKey.Read(curve, scalar, point, context, out error)
            : null;
    }

    private static RsaPrivateKey? ReadRsa(ref SshReader reader, in KeyFileContext context, out SshError? error)
    {
        var parameters = new RsaPrivateParameters
        {
            Modulus = reader.ReadMpint().ToArray(),
            Exponent = reader.ReadMpint().ToArray(),
            D = reader.ReadMpint().ToArray(),
            InverseQ = reader.ReadMpint().ToArray(),
            P = reader.ReadMpint().ToArray(),
            Q = reader.ReadMpint().ToArray(),
        };
        error = null;
        if (reader.Failed)
        {
            parameters.Dispose();
            return null;
        }

        return RsaPrivateKey.Read(parameters, context, out error);
    }

    private static bool IsPadding(ReadOnlySpan<byte> bytes)
    {
        for (int i = 0; i < bytes.Length; i++)
        {
            if (bytes[i] != i + 1)
            {
                return false;
            }
        }

        return true;
    }
}
