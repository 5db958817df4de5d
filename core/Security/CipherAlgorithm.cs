using System.Linq;

namespace SshCore.Security;

/// <summary>A cipher by its SSH name: how long its keys are and which primitive does it.</summary>
public sealed class CipherAlgorithm
{
    /// <summary>All ciphers; OpenSSH's order of preference.</summary>
    public static IReadOnlyList<CipherAlgorithm> All { get; } =
    [
        new("chacha20-poly1305@openssh.com", Primitive.ChaCha20Poly1305, keyLength: 64, ivLength: 0, blockLength: 8, authenticates: true),
        new("aes128-gcm@openssh.com", Primitive.AesGcm, keyLength: 16, ivLength: 12, blockLength: 16, authenticates: true),
        new("aes256-gcm@openssh.com", Primitive.AesGcm, keyLength: 32, ivLength: 12, blockLength: 16, authenticates: true),
        new("aes128-ctr", Primitive.AesCtr, keyLength: 16, ivLength: 16, blockLength: 16, authenticates: false),
        new("aes192-ctr", Primitive.AesCtr, keyLength: 24, ivLength: 16, blockLength: 16, authenticates: false),
        new("aes256-ctr", Primitive.AesCtr, keyLength: 32, ivLength: 16, blockLength: 16, authenticates: false),
    ];

    private CipherAlgorithm(string name, Primitive primitive, int keyLength, int ivLength, int blockLength, bool authenticates)
    {
        Name = name;
        Primitive = primitive;
        KeyLength = keyLength;
        IvLength = ivLength;
        BlockLength = blockLength;
        Authenticates = authenticates;
    }

    /// <summary>SSH name.</summary>
    public string Name { get; }

    /// <summary>The primitive it needs.</summary>
    public Primitive Primitive { get; }

    /// <summary>Key length in bytes.</summary>
    public int KeyLength { get; }

    /// <summary>IV length in bytes.</summary>
    public int IvLength { get; }

    /// <summary>Packets are padded to a multiple of this, 8 at least.</summary>
    public int BlockLength { get; }

    /// <summary>True if no separate MAC is negotiated.</summary>
    public bool Authenticates { get; }

    /// <summary>Whether it is off until allowed by name.</summary>
    public bool IsLegacy { get; private init; }

    /// <summary>The cipher of that name, or null.</summary>
    public static CipherAlgorithm? Find(string name) => All.FirstOrDefault(cipher => cipher.Name == name);
}
