namespace SshCore.Interop.Sntrup;

/// <summary>
/// The numbers of sntrup761 (NTRU Prime, round 3, table 2): polynomials modulo x^761 - x - 1, with coefficients modulo 4591
/// ("q"), modulo 3 ("small"), or small with exactly 286 that are not zero ("short").
/// </summary>
internal static class Ring
{
    /// <summary>The degree p.</summary>
    public const int Degree = 761;

    /// <summary>Room for a polynomial in whole vectors.</summary>
    public const int Padded = 768;

    /// <summary>The modulus q.</summary>
    public const int Modulus = 4591;

    /// <summary>Coefficients modulo q lie in -2295..2295.</summary>
    public const int Half = (Modulus - 1) / 2;

    /// <summary>The weight w of short polynomials.</summary>
    public const int Weight = 286;

    /// <summary>
    /// The representative of x in -2295..2295, for |x| up to 23,277. 58470/2^28 is 1/q nearly enough that the quotient
    /// rounds right over that whole range.
    /// </summary>
    public static int Freeze(int x) => x - (Modulus * (((58470 * x) + (1 << 27)) >> 28));

    /// <summary>The representative of x in -1..1, for |x| up to 2295 (and a little beyond).</summary>
    public static int FreezeThree(int x) => x - (3 * (((10923 * x) + (1 << 14)) >> 15));
}
