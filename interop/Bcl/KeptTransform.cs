using System.Security.Cryptography;

namespace SshCore.Interop.Bcl;

/// <summary>Makes a transform without padding; the algorithm object and the copy of the key do not outlive the call.</summary>
internal static class KeptTransform
{
    public static ICryptoTransform Create(SymmetricAlgorithm algorithm, CipherMode mode, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt)
    {
        byte[] copy = key.ToArray();
        using (algorithm)
        {
            algorithm.Mode = mode;
            algorithm.Padding = PaddingMode.None;
            byte[]? start = iv.IsEmpty ? null : iv.ToArray();
            var transform = encrypt ? algorithm.CreateEncryptor(copy, start) : algorithm.CreateDecryptor(copy, start);
            CryptographicOperations.ZeroMemory(copy);
            return transform;
        }
    }
}
