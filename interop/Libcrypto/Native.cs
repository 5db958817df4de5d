using System.Runtime.InteropServices;

namespace SshCore.Interop.Libcrypto;

/// <summary>
/// The public functions of libcrypto 3 that are used here. Names and types are those of OpenSSL's manual pages; 1 is
/// success unless a page says otherwise.
/// </summary>
internal static unsafe partial class Native
{
    private const string Name = Library.FileName;

    [LibraryImport(Name)]
    public static partial int OPENSSL_init_crypto(ulong options, nint settings);

    [LibraryImport(Name)]
    public static partial void ERR_clear_error();

    // Ciphers (EVP_EncryptInit(3))
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_CIPHER_fetch(nint context, string algorithm, nint properties);

    [LibraryImport(Name)]
    public static partial nint EVP_CIPHER_CTX_new();

    [LibraryImport(Name)]
    public static partial int EVP_CIPHER_CTX_set_padding(nint ctx, int pad);

    [LibraryImport(Name)]
    public static partial int EVP_CIPHER_CTX_ctrl(nint ctx, int type, int arg, void* ptr);

    [LibraryImport(Name)]
    public static partial int EVP_CipherInit_ex(nint ctx, nint cipher, nint engine, byte* key, byte* iv, int enc);

    [LibraryImport(Name)]
    public static partial int EVP_CipherUpdate(nint ctx, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(Name)]
    public static partial int EVP_CipherFinal_ex(nint ctx, byte* output, int* outputLength);

    // MACs (EVP_MAC(3))
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_MAC_fetch(nint context, string algorithm, nint properties);

    [LibraryImport(Name)]
    public static partial nint EVP_MAC_CTX_new(nint mac);

    [LibraryImport(Name)]
    public static partial int EVP_MAC_init(nint ctx, byte* key, nuint keyLength, nint parameters);

    [LibraryImport(Name)]
    public static partial int EVP_MAC_update(nint ctx, byte* data, nuint length);

    [LibraryImport(Name)]
    public static partial int EVP_MAC_final(nint ctx, byte* output, nuint* outputLength, nuint outputSize);

    // Keys (EVP_PKEY_new_raw_private_key(3), EVP_PKEY_derive(3), EVP_DigestSignInit(3))
    [LibraryImport(Name)]
    public static partial nint EVP_PKEY_new_raw_private_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Name)]
    public static partial nint EVP_PKEY_new_raw_public_key(int type, nint engine, byte* key, nuint length);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_get_raw_public_key(nint key, byte* output, nuint* length);

    [LibraryImport(Name)]
    public static partial nint EVP_PKEY_CTX_new(nint key, nint engine);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive_init(nint ctx);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive_set_peer(nint ctx, nint peer);

    [LibraryImport(Name)]
    public static partial int EVP_PKEY_derive(nint ctx, byte* secret, nuint* length);

    [LibraryImport(Name)]
    public static partial nint EVP_MD_CTX_new();

    [LibraryImport(Name)]
    public static partial int EVP_DigestSignInit(nint ctx, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Name)]
    public static partial int EVP_DigestSign(nint ctx, byte* signature, nuint* signatureLength, byte* data, nuint length);

    [LibraryImport(Name)]
    public static partial int EVP_DigestVerifyInit(nint ctx, nint keyContext, nint digest, nint engine, nint key);

    [LibraryImport(Name)]
    public static partial int EVP_DigestVerify(nint ctx, byte* signature, nuint signatureLength, byte* data, nuint length);

    // Numbers (BN_mod_exp_mont(3), BN_bn2bin(3))
    [LibraryImport(Name)]
    public static partial nint BN_CTX_new();

    [LibraryImport(Name)]
    public static partial nint BN_new();

    [LibraryImport(Name)]
    public static partial nint BN_bin2bn(byte* bytes, int length, nint result);

    [LibraryImport(Name)]
    public static partial int BN_bn2binpad(nint number, byte* output, int length);

    [LibraryImport(Name)]
    public static partial int BN_num_bits(nint number);

    [LibraryImport(Name)]
    public static partial int BN_cmp(nint a, nint b);

    [LibraryImport(Name)]
    public static partial int BN_is_one(nint number);

    [LibraryImport(Name)]
    public static partial int BN_is_bit_set(nint number, int bit);

    [LibraryImport(Name)]
    public static partial int BN_set_word(nint number, ulong word);

    [LibraryImport(Name)]
    public static partial int BN_sub_word(nint number, ulong word);

    [LibraryImport(Name)]
    public static partial ulong BN_mod_word(nint number, ulong word);

    [LibraryImport(Name)]
    public static partial int BN_rshift(nint result, nint number, int bits);

    [LibraryImport(Name)]
    public static partial void BN_set_flags(nint number, int flags);

    [LibraryImport(Name)]
    public static partial int BN_mod_sqr(nint result, nint number, nint modulus, nint ctx);

    [LibraryImport(Name)]
    public static partial int BN_mod_exp_mont(nint result, nint number, nint exponent, nint modulus, nint ctx, nint montgomery);

    [LibraryImport(Name)]
    public static partial int BN_mod_exp_mont_consttime(nint result, nint number, nint exponent, nint modulus, nint ctx, nint montgomery);
}
