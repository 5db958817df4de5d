using BenchmarkDotNet.Attributes;
using SshCore.Buffers;
using SshCore.Interop.Bcl;
using SshCore.Interop.BouncyCastle;
using SshCore.Interop.Libcrypto;
using SshCore.Interop.Sntrup;
using SshCore.Security;

namespace SshCore.Benchmarks;

/// <summary>What a handshake computes, per provider that has it; the default's order follows these figures.</summary>
public class PrimitiveBenchmarks
{
    private static readonly SshCryptoProvider[] Providers =
        [new LibcryptoProvider(), new BclProvider(), new SntrupProvider(), new BouncyCastleProvider()];

    private readonly byte[] _message = new byte[200];
    private readonly SecretBytes _secret = new();
    private byte[] _publicKey = [];
    private byte[] _signature = [];
    private SshSigner? _signer;

    /// <summary>A primitive and who computes it.</summary>
    public IEnumerable<string> Parts => All();

    /// <summary>The primitive and the provider's name.</summary>
    [ParamsSource(nameof(Parts))]
    public string Part { get; set; } = "";

    private Primitive Primitive => Enum.Parse<Primitive>(Part.Split(' ')[0]);

    private SshCryptoProvider Provider => Array.Find(Providers, p => p.Name == Part.Split(' ')[1])!;

    private bool Signs => Primitive is >= Primitive.Ed25519 and <= Primitive.EcdsaP521;

    /// <summary>Makes a key and one signature, for the primitives that sign.</summary>
    [GlobalSetup]
    public void Setup()
    {
        if (!Signs)
        {
            return;
        }

        byte[] key = Primitive == Primitive.Ed25519 ? new byte[32] : Provider.GenerateEcdsaScalar(Primitive, Provider.Random);
        _signer = Primitive == Primitive.Ed25519 ? Provider.CreateEd25519Signer(key) : Provider.CreateEcdsaSigner(Primitive, key);
        _publicKey = Primitive == Primitive.Ed25519 ? Provider.Ed25519PublicKey(key) : Provider.EcdsaPublicPoint(Primitive, key);
        _signature = _signer.Sign(Primitive.Sha256, _message);
    }

    /// <summary>Frees the key.</summary>
    [GlobalCleanup]
    public void Cleanup() => _signer?.Dispose();

    /// <summary>Of an agreement: a fresh pair. Of a signature: signing.</summary>
    [Benchmark]
    public object First()
    {
        if (Signs)
        {
            return _signer!.Sign(Primitive.Sha256, _message);
        }

        using IDisposable pair = Primitive is Primitive.MlKem768 or Primitive.Sntrup761
            ? Provider.CreateKemKeyPair(Primitive, Provider.Random)
            : Provider.CreateKeyAgreement(Primitive, Provider.Random);
        return pair;
    }

    /// <summary>Of an agreement: a fresh pair and all that both sides do with it. Of a signature: verifying.</summary>
    [Benchmark]
    public bool Second()
    {
        if (Signs)
        {
            return Primitive == Primitive.Ed25519
                ? Provider.VerifyEd25519(_publicKey, _message, _signature)
                : Provider.VerifyEcdsa(Primitive, _publicKey, Primitive.Sha256, _message, _signature);
        }

        if (Primitive is Primitive.MlKem768 or Primitive.Sntrup761)
        {
            using var pair = Provider.CreateKemKeyPair(Primitive, Provider.Random);
            return Provider.TryEncapsulate(Primitive, pair.PublicKey, Provider.Random, out byte[] ciphertext, _secret)
                && pair.TryDecapsulate(ciphertext, _secret);
        }

        using var own = Provider.CreateKeyAgreement(Primitive, Provider.Random);
        return own.TryAgree(own.PublicValue, _secret);
    }

    private static IEnumerable<string> All()
    {
        foreach (var primitive in new[]
        {
            Primitive.X25519, Primitive.EcdhP256, Primitive.EcdhP384, Primitive.EcdhP521, Primitive.MlKem768, Primitive.Sntrup761,
            Primitive.Ed25519, Primitive.EcdsaP256, Primitive.EcdsaP384, Primitive.EcdsaP521,
        })
        {
            foreach (var provider in Providers)
            {
                if (provider.Supports(primitive))
                {
                    yield return $"{primitive} {provider.Name}";
                }
            }
        }
    }
}
