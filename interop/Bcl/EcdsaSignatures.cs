using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>ECDSA (FIPS 186-5) with the platform's nonces.</summary>
internal sealed class EcdsaSignatures : SshSigner
{
    private readonly ECDsa _key;

    public EcdsaSignatures(Primitive curve, ReadOnlySpan<byte> scalar) => _key = Import(curve, scalar);

    public static byte[] PublicPoint(Primitive curve, ReadOnlySpan<byte> scalar)
    {
        using var key = Import(curve, scalar);
        return PointEncoding.Write(key.ExportParameters(false).Q);
    }

    public static byte[] NewScalar(Primitive curve)
    {
        using var key = ECDsa.Create(Names.Curve(curve).Curve);
        return key.ExportParameters(true).D!;
    }

    public static bool IsValidPoint(Primitive curve, ReadOnlySpan<byte> point)
    {
        using var key = TryImportPublic(curve, point);
        return key is not null;
    }

    public static bool Verify(Primitive curve, ReadOnlySpan<byte> point, Primitive hash, ReadOnlySpan<byte> data, ReadOnlySpan<byte> signature)
    {
        if (signature.Length != 2 * Names.Curve(curve).FieldLength)
        {
            return false;
        }

        using var key = TryImportPublic(curve, point);
        try
        {
            return key is not null && key.VerifyData(data, signature, Names.Hash(hash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);
        }
        catch (CryptographicException)
        {
            // Some platforms report r and s out of range as an error instead of answering.
            return false;
        }
    }

    public override byte[] Sign(Primitive hash, ReadOnlySpan<byte> data) =>
        _key.SignData(data, Names.Hash(hash), DSASignatureFormat.IeeeP1363FixedFieldConcatenation);

    public override void Dispose() => _key.Dispose();

    private static ECDsa Import(Primitive curve, ReadOnlySpan<byte> scalar)
    {
        var parameters = PointEncoding.Private(curve, scalar);
        try
        {
            return ECDsa.Create(parameters);
        }
        catch (CryptographicException e)
        {
            throw PointEncoding.OutOfRange(e);
        }
        finally
        {
            CryptographicOperations.ZeroMemory(parameters.D);
        }
    }

    private static ECDsa? TryImportPublic(Primitive curve, ReadOnlySpan<byte> point)
    {
        if (!PointEncoding.TryRead(curve, point, out var parameters))
        {
            return null;
        }

        try
        {
            return ECDsa.Create(parameters);
        }
        catch (CryptographicException)
        {
            return null;
        }
    }
}
