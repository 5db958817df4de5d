using System.Security.Cryptography;

namespace SshCore.Hosts.Sftp;

/// <summary>The hashes of check-file (draft-ietf-secsh-filexfer-extensions-00 §3), made piece by piece.</summary>
internal abstract class FileHash : IDisposable
{
    /// <summary>The first name of the list that is known; null if none is.</summary>
    public static string? Choose(string list)
    {
        foreach (string name in list.Split(','))
        {
            if (IsKnown(name))
            {
                return name;
            }
        }

        return null;
    }

    public static FileHash Create(string name) => name == "crc32" ? new Crc32() : new Digest(AlgorithmOf(name));

    /// <summary>Bytes of one value.</summary>
    public abstract int Length { get; }

    public abstract void Append(byte[] bytes, int count);

    /// <summary>The value of what was appended, and a new beginning.</summary>
    public abstract byte[] Finish();

    public virtual void Dispose()
    {
    }

    private static bool IsKnown(string name) => name is "md5" or "sha1" or "sha256" or "sha384" or "sha512" or "crc32";

    private static HashAlgorithmName AlgorithmOf(string name) => name switch
    {
        "md5" => HashAlgorithmName.MD5,
        "sha1" => HashAlgorithmName.SHA1,
        "sha256" => HashAlgorithmName.SHA256,
        "sha384" => HashAlgorithmName.SHA384,
        _ => HashAlgorithmName.SHA512,
    };

    private sealed class Digest(HashAlgorithmName name) : FileHash
    {
        private readonly IncrementalHash _hash = IncrementalHash.CreateHash(name);

        public override int Length => name == HashAlgorithmName.MD5 ? 16 : name == HashAlgorithmName.SHA1 ? 20
            : name == HashAlgorithmName.SHA256 ? 32 : name == HashAlgorithmName.SHA384 ? 48 : 64;

        public override void Append(byte[] bytes, int count) => _hash.AppendData(bytes, 0, count);

        public override byte[] Finish() => _hash.GetHashAndReset();

        public override void Dispose()
        {
            _hash.Dispose();
            base.Dispose();
        }
    }

    /// <summary>CRC-32 of ISO 3309 (as in zlib), most significant byte first.</summary>
    private sealed class Crc32 : FileHash
    {
        private static readonly uint[] Table = MakeTable();
        private uint _value = uint.MaxValue;

        public override int Length => 4;

        public override void Append(byte[] bytes, int count)
        {
            uint value = _value;
            for (int i = 0; i < count; i++)
            {
                value = Table[(value ^ bytes[i]) & 0xff] ^ (value >> 8);
            }

            _value = value;
        }

        public override byte[] Finish()
        {
            uint value = ~_value;
            _value = uint.MaxValue;
            return [(byte)(value >> 24), (byte)((value >> 16) & 0xff), (byte)((value >> 8) & 0xff), (byte)(value & 0xff)];
        }

        private static uint[] MakeTable()
        {
            var table = new uint[256];
            for (uint i = 0; i < 256; i++)
            {
                uint value = i;
                for (int bit = 0; bit < 8; bit++)
                {
                    value = (value & 1) != 0 ? (value >> 1) ^ 0xEDB88320 : value >> 1;
                }

                table[i] = value;
            }

            return table;
        }
    }
}
