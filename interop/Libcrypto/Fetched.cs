namespace SshCore.Interop.Libcrypto;

/// <summary>Algorithms of libcrypto's providers, fetched once for the life of the process.</summary>
internal static class Fetched
{
    private static readonly Lazy<nint> ChaCha20Cipher = Cipher("ChaCha20");
    private static readonly Lazy<nint> Poly1305Mac = new(() => Native.EVP_MAC_fetch(0, "POLY1305", 0));
    private static readonly Lazy<nint> TripleDes = Cipher("DES-EDE3-CBC");
    private static readonly Lazy<nint>[] Gcm = Aes("GCM");
    private static readonly Lazy<nint>[] Ctr = Aes("CTR");
    private static readonly Lazy<nint>[] Cbc = Aes("CBC");

    public static nint ChaCha20 => ChaCha20Cipher.Value;

    public static nint Poly1305 => Poly1305Mac.Value;

    public static nint TripleDesCbc => TripleDes.Value;

    public static nint AesGcm(int keyLength) => Gcm[Index(keyLength)].Value;

    public static nint AesCtr(int keyLength) => Ctr[Index(keyLength)].Value;

    public static nint AesCbc(int keyLength) => Cbc[Index(keyLength)].Value;

    private static Lazy<nint>[] Aes(string mode) => [Cipher("AES-128-" + mode), Cipher("AES-192-" + mode), Cipher("AES-256-" + mode)];

    // Zero if the configuration of this machine does not offer it.
    private static Lazy<nint> Cipher(string name) => new(() =>
    {
        nint cipher = Native.EVP_CIPHER_fetch(0, name, 0);
        if (cipher == 0)
        {
            Native.ERR_clear_error();
        }

        return cipher;
    });

    private static int Index(int keyLength) => keyLength switch
    {
        16 => 0,
        24 => 1,
        32 => 2,
        _ => throw new ArgumentException("An AES key has 16, 24 or 32 bytes.", nameof(keyLength)),
    };
}
