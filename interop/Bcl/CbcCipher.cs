using System.Security.Cryptography;
using SshCore.Security;

namespace SshCore.Interop.Bcl;

/// <summary>AES or Triple DES in CBC mode by a kept transform, whose chaining block lives on from call to call.</summary>
internal sealed class CbcCipher : SshCipher
{
    private const int Run = 4096;

    private readonly byte[] _input = new byte[Run];
    private readonly byte[] _output = new byte[Run];
    private readonly ICryptoTransform _transform;

    public CbcCipher(SymmetricAlgorithm algorithm, ReadOnlySpan<byte> key, ReadOnlySpan<byte> iv, bool encrypt)
    {
        BlockLength = algorithm.BlockSize / 8;
        _transform = KeptTransform.Create(algorithm, CipherMode.CBC, key, iv, encrypt);
    }

    public override int BlockLength { get; }

    public override void Transform(Span<byte> data)
    {
        RequireWholeBlocks(data.Length);
        while (!data.IsEmpty)
        {
            var part = data[..Math.Min(Run, data.Length)];
            part.CopyTo(_input);
            _transform.TransformBlock(_input, 0, part.Length, _output, 0);
            _output.AsSpan(0, part.Length).CopyTo(part);
            data = data[part.Length..];
        }
    }

    public override void Dispose()
    {
        _transform.Dispose();
        CryptographicOperations.ZeroMemory(_input);
        CryptographicOperations.ZeroMemory(_output);
    }
}
