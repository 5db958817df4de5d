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
    public static partial int EVP_CipherInit_ex(nint ctx, nint cipher, nint engine, byte* key, byte* iv, int enc);

    [LibraryImport(Name)]
    public static partial int EVP_CipherUpdate(nint ctx, byte* output, int* outputLength, byte* input, int inputLength);

    // The same for calls that last less than a microsecond and neither block nor call back: without the switch to
    // preemptive mode, which costs more than they do.
    [LibraryImport(Name, EntryPoint = "EVP_CipherInit_ex")]
    [SuppressGCTransition]
    public static partial int EVP_CipherInit_ex_short(nint ctx, nint cipher, nint engine, byte* key, byte* iv, int enc);

    [LibraryImport(Name, EntryPoint = "EVP_CipherUpdate")]
    [SuppressGCTransition]
    public static partial int EVP_CipherUpdate_short(nint ctx, byte* output, int* outputLength, byte* input, int inputLength);

    [LibraryImport(Name, EntryPoint = "EVP_CipherFinal_ex")]
    [SuppressGCTransition]
    public static partial int EVP_CipherFinal_ex_short(nint ctx, byte* output, int* outputLength);

    [LibraryImport(Name, EntryPoint = "EVP_CIPHER_CTX_ctrl")]
    [SuppressGCTransition]
    public static partial int EVP_CIPHER_CTX_ctrl_short(nint ctx, int type, int arg, void* ptr);

    [LibraryImport(Name, EntryPoint = "EVP_MAC_init")]
    [SuppressGCTransition]
    public static partial int EVP_MAC_init_short(nint ctx, byte* key, nuint keyLength, nint parameters);

    [LibraryImport(Name, EntryPoint = "EVP_MAC_update")]
    [SuppressGCTransition]
    public static partial int EVP_MAC_update_short(nint ctx, byte* data, nuint length);

    [LibraryImport(Name, EntryPoint = "EVP_MAC_final")]
    [SuppressGCTransition]
    public static partial int EVP_MAC_final_short(nint ctx, byte* output, nuint* outputLength, nuint outputSize);

    // MACs (EVP_MAC(3))
    [LibraryImport(Name, StringMarshalling = StringMarshalling.Utf8)]
    public static partial nint EVP_MAC_fetch(nint context, string algorithm, nint properties);

    [LibraryImport(Name)]
    public static partial nint EVP_MAC_CTX_new(nint mac);

    [LibraryImport(Name)]
    public static partial int EVP_MAC_update(nint ctx, byte* data, nuint length);

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

    [LibraryImport(Name)]
    public static partial int BN_mul(nint result, nint a, nint b, nint ctx);

    [LibraryImport(Name)]
    public static partial int BN_div(nint quotient, nint remainder, nint number, nint divisor, nint ctx);

    // Curves (EC_POINT_new(3), EC_POINT_add(3), EC_KEY_new(3), ECDSA_do_sign(3))
    [LibraryImport(Name)]
    public static partial nint EC_GROUP_new_by_curve_name(int nid);

    [LibraryImport(Name)]
    public static partial nint EC_GROUP_get0_order(nint group);

    [LibraryImport(Name)]
    public static partial nint EC_POINT_new(nint group);

    [LibraryImport(Name)]
    public static partial int EC_POINT_oct2point(nint group, nint point, byte* bytes, nuint length, nint ctx);

    [LibraryImport(Name)]
    public static partial nuint EC_POINT_point2oct(nint group, nint point, int form, byte* bytes, nuint length, nint ctx);

    [LibraryImport(Name)]
    public static partial int EC_POINT_mul(nint group, nint result, nint ofGenerator, nint point, nint ofPoint, nint ctx);

    [LibraryImport(Name)]
    public static partial int EC_POINT_get_affine_coordinates(nint group, nint point, nint x, nint y, nint ctx);

    [LibraryImport(Name)]
    public static partial nint EC_KEY_new_by_curve_name(int nid);

    [LibraryImport(Name)]
    public static partial int EC_KEY_set_private_key(nint key, nint scalar);

    [LibraryImport(Name)]
    public static partial int EC_KEY_set_public_key(nint key, nint point);

    [LibraryImport(Name)]
    public static partial nint ECDSA_do_sign(byte* digest, int length, nint key);

    [LibraryImport(Name)]
    public static partial int ECDSA_do_verify(byte* digest, int length, nint signature, nint key);

    [LibraryImport(Name)]
    public static partial nint ECDSA_SIG_new();

    [LibraryImport(Name)]
    public static partial void ECDSA_SIG_get0(nint signature, nint* r, nint* s);

    [LibraryImport(Name)]
    public static partial int ECDSA_SIG_set0(nint signature, nint r, nint s);

    // RSA (RSA_get0_key(3), RSA_private_encrypt(3), RSA_generate_key(3))
    [LibraryImport(Name)]
    public static partial nint RSA_new();

    [LibraryImport(Name)]
    public static partial int RSA_set0_key(nint rsa, nint n, nint e, nint d);

    [LibraryImport(Name)]
    public static partial int RSA_set0_factors(nint rsa, nint p, nint q);

    [LibraryImport(Name)]
    public static partial int RSA_set0_crt_params(nint rsa, nint dModP, nint dModQ, nint inverseQ);

    [LibraryImport(Name)]
    public static partial void RSA_get0_key(nint rsa, nint* n, nint* e, nint* d);

    [LibraryImport(Name)]
    public static partial void RSA_get0_factors(nint rsa, nint* p, nint* q);

    [LibraryImport(Name)]
    public static partial void RSA_get0_crt_params(nint rsa, nint* dModP, nint* dModQ, nint* inverseQ);

    [LibraryImport(Name)]
    public static partial int RSA_generate_key_ex(nint rsa, int bits, nint e, nint callback);

    [LibraryImport(Name)]
    public static partial int RSA_public_decrypt(int length, byte* from, byte* to, nint rsa, int padding);

    [LibraryImport(Name)]
    public static partial int RSA_private_encrypt(int length, byte* from, byte* to, nint rsa, int padding);
}
