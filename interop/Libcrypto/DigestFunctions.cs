using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Libcrypto;

/// <summary>
/// The plain functions of one hash (SHA256_Init(3) and its siblings). Their state is flat memory that may be copied, which
/// is what makes an HMAC with saved pads cost two copies. They allocate nothing and look nothing up.
/// </summary>
internal sealed unsafe class DigestFunctions
{
    /// <summary>More than the largest state, SHA512_CTX with 216 bytes.</summary>
    public const int StateLength = 256;

    /// <summary>The longest input block and digest.</summary>
    public const int LongestBlock = 128;

    private static readonly Dictionary<Primitive, DigestFunctions> All = new()
    {
        [Primitive.Md5] = new("MD5", "MD5", 16, 64),
        [Primitive.Sha1] = new("SHA1", "SHA1", 20, 64),
        [Primitive.Sha256] = new("SHA256", "SHA256", 32, 64),
        [Primitive.Sha384] = new("SHA384", "SHA512", 48, 128),
        [Primitive.Sha512] = new("SHA512", "SHA512", 64, 128),
    };

    // Hashing this much takes less than a microsecond; see the short functions of Native.
    private const int LongestShort = 512;

    private readonly delegate* unmanaged[SuppressGCTransition]<byte*, int> _init;
    private readonly delegate* unmanaged<byte*, byte*, nuint, int> _update;
    private readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int> _updateShort;
    private readonly delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int> _final;

    private DigestFunctions(string name, string updateName, int length, int blockLength)
    {
        Length = length;
        BlockLength = blockLength;
        IsAvailable = Library.Has(name + "_Init") && Library.Has(updateName + "_Update") && Library.Has(name + "_Final");
        if (IsAvailable)
        {
            _init = (delegate* unmanaged[SuppressGCTransition]<byte*, int>)Library.Address(name + "_Init");
            _update = (delegate* unmanaged<byte*, byte*, nuint, int>)Library.Address(updateName + "_Update");
            _updateShort = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, nuint, int>)Library.Address(updateName + "_Update");
            _final = (delegate* unmanaged[SuppressGCTransition]<byte*, byte*, int>)Library.Address(name + "_Final");
        }
    }

    /// <summary>False where the library was built without its older interface.</summary>
    public bool IsAvailable { get; }

    public int Length { get; }

    public int BlockLength { get; }

    public static DigestFunctions? Find(Primitive primitive)
    {
        var hash = primitive switch
        {
            Primitive.HmacMd5 => Primitive.Md5,
            Primitive.HmacSha1 => Primitive.Sha1,
            Primitive.HmacSha256 => Primitive.Sha256,
            Primitive.HmacSha384 => Primitive.Sha384,
            Primitive.HmacSha512 => Primitive.Sha512,
            _ => primitive,
        };
        return All.TryGetValue(hash, out var functions) && functions.IsAvailable ? functions : null;
    }

    /// <summary>One digest; the state is zeroed.</summary>
    public static byte[] Compute(Primitive hash, ReadOnlySpan<byte> data)
    {
        var functions = Find(hash) ?? throw new ArgumentOutOfRangeException(nameof(hash), hash, "Not a hash.");
        byte[] digest = new byte[functions.Length];
        byte* state = stackalloc byte[StateLength];
        functions.Init(state);
        functions.Update(state, data);
        fixed (byte* p = digest)
        {
            functions.Final(state, p);
        }

        CryptographicOperations.ZeroMemory(new Span<byte>(state, StateLength));
        return digest;
    }

    public void Init(byte* state) => LibcryptoException.Require(_init(state));

    public void Update(byte* state, ReadOnlySpan<byte> data)
    {
        fixed (byte* p = data)
        {
            LibcryptoException.Require(data.Length <= LongestShort
                ? _updateShort(state, p, (nuint)data.Length)
                : _update(state, p, (nuint)data.Length));
        }
    }

    public void Final(byte* state, byte* digest) => LibcryptoException.Require(_final(digest, state));
}
