using System.IO;
using System.Text;
using SshCore.Keys;
using SshCore.Wire;

namespace SshCore.Hosts;

/// <summary>The public half of an encrypted private key file: with it a server can be asked whether the key would do.</summary>
internal static class PublicHalf
{
    /// <summary>From the file itself, which of the formats only openssh-key-v1 has in clear, or from the .pub file beside it; null if neither has it.</summary>
    /// <param name="path">Of the private key.</param>
    /// <param name="file">What is in it.</param>
    public static SshPublicKey? Find(string path, ReadOnlySpan<byte> file) => ReadClearPart(file) ?? ReadBeside(path + ".pub");

    private static SshPublicKey? ReadBeside(string path)
    {
        try
        {
            return SshPublicKey.TryParseOpenSsh(File.ReadAllText(path).Trim(), out var key, out _, out _) ? key : null;
        }
        catch (Exception ex) when (ex is IOException or UnauthorizedAccessException)
        {
            return null; // there need not be one
        }
    }

    /// <summary>What stands before the encrypted section (OpenSSH PROTOCOL.key §1).</summary>
    private static SshPublicKey? ReadClearPart(ReadOnlySpan<byte> file)
    {
        const string begin = "-----BEGIN OPENSSH PRIVATE KEY-----";
        string text = Encoding.ASCII.GetString(file.ToArray());
        int start = text.IndexOf(begin, StringComparison.Ordinal);
        int end = text.IndexOf("-----END", StringComparison.Ordinal);
        if (start < 0 || end < start)
        {
            return null;
        }

        start += begin.Length;
        byte[] bytes;
        try
        {
            bytes = Convert.FromBase64String(text.Substring(start, end - start));
        }
        catch (FormatException)
        {
            return null; // whoever parses the whole says what is wrong with it
        }

        ReadOnlySpan<byte> magic = "openssh-key-v1\0"u8;
        if (!bytes.AsSpan().StartsWith(magic))
        {
            return null;
        }

        var reader = new SshReader(bytes.AsSpan(magic.Length));
        reader.ReadString(); // cipher
        reader.ReadString(); // KDF
        reader.ReadString(); // its options
        reader.ReadUInt32(); // keys
        var blob = reader.ReadString();
        return !reader.Failed && SshPublicKey.TryParse(blob, out var key, out _) ? key : null;
    }
}
