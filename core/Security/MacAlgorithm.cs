using System.Linq;

namespace SshCore.Security;

/// <summary>A MAC by its SSH name.</summary>
public sealed class MacAlgorithm
{
    /// <summary>All MACs; OpenSSH's order of preference.</summary>
    public static IReadOnlyList<MacAlgorithm> All { get; } =
    [
        new("hmac-sha2-256-etm@openssh.com", Primitive.HmacSha256, 32, true),
        new("hmac-sha2-512-etm@openssh.com", Primitive.HmacSha512, 64, true),
        new("hmac-sha2-256", Primitive.HmacSha256, 32, false),
        new("hmac-sha2-512", Primitive.HmacSha512, 64, false),
        new("hmac-sha1-etm@openssh.com", Primitive.HmacSha1, 20, true) { IsLegacy = true },
        new("hmac-sha1", Primitive.HmacSha1, 20, false) { IsLegacy = true },
    ];

    private MacAlgorithm(string name, Primitive primitive, int length, bool encryptThenMac)
    {
        Name = name;
        Primitive = primitive;
        Length = length;
        EncryptThenMac = encryptThenMac;
    }

    /// <summary>SSH name.</summary>
    public string Name { get; }

    /// <summary>The HMAC it is.</summary>
    public Primitive Primitive { get; }

    /// <summary>Key and tag length in bytes.</summary>
    public int Length { get; }

    /// <summary>True for the -etm forms: the length stays plain and the MAC covers the ciphertext (OpenSSH PROTOCOL §1.5).</summary>
    public bool EncryptThenMac { get; }

    /// <summary>Whether it is off until allowed by name.</summary>
    public bool IsLegacy { get; private init; }

    /// <summary>The MAC of that name, or null.</summary>
    public static MacAlgorithm? Find(string name) => All.FirstOrDefault(mac => mac.Name == name);
}
