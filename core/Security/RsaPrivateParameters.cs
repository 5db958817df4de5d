namespace SshCore.Security;

/// <summary>An RSA private key as unsigned big-endian magnitudes.</summary>
public sealed class RsaPrivateParameters : IDisposable
{
    /// <summary>The modulus n.</summary>
    public byte[] Modulus { get; init; } = [];
    /// <summary>The public exponent e.</summary>
    public byte[] Exponent { get; init; } = [];
    /// <summary>The private exponent d.</summary>
    public byte[] D { get; init; } = [];
    /// <summary>The first prime p.</summary>
    public byte[] P { get; init; } = [];
    /// <summary>The second prime q.</summary>
    public byte[] Q { get; init; } = [];
    /// <summary>The coefficient q⁻¹ mod p.</summary>
    public byte[] InverseQ { get; init; } = [];

    /// <summary>Zeroes the private parts.</summary>
    public void Dispose()
    {
        Array.Clear(D, 0, D.Length);
        Array.Clear(P, 0, P.Length);
        Array.Clear(Q, 0, Q.Length);
        Array.Clear(InverseQ, 0, InverseQ.Length);
    }
}
