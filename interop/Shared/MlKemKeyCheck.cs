namespace SshCore.Interop;

/// <summary>The check of an ML-KEM-768 encapsulation key (FIPS 203 §7.2).</summary>
internal static class MlKemKeyCheck
{
    public const int PublicLength = 1184;
    private const int SeedLength = 32;
    private const int Modulus = 3329;

    /// <summary>
    /// The type check and the modulus check: the length is right and every 12-bit number is below q, so that decoding and
    /// encoding again gives the same bytes.
    /// </summary>
    public static bool IsCanonical(ReadOnlySpan<byte> publicKey)
    {
        if (publicKey.Length != PublicLength)
        {
            return false;
        }

        for (int i = 0; i < PublicLength - SeedLength; i += 3)
        {
            int first = publicKey[i] | ((publicKey[i + 1] & 0x0f) << 8);
            int second = (publicKey[i + 1] >> 4) | (publicKey[i + 2] << 4);
            if (first >= Modulus || second >= Modulus)
            {
                return false;
            }
        }

        return true;
    }
}
