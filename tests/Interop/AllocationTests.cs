using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>What runs per packet allocates nothing once it is warm.</summary>
internal sealed class AllocationTests
{
    // BouncyCastle takes each packet's nonce or key as an object; see its classes. Everything else has no excuse.
    private const int AllowedInBouncyCastle = 1024;

    private const int Rounds = 200;

    [OverProviders(Primitive.AesGcm)]
    public void Aead(Under under)
    {
        byte[] key = new byte[32];
        byte[] nonce = new byte[12];
        byte[] data = new byte[1024];
        byte[] associated = new byte[4];
        byte[] tag = new byte[16];
        using var sealer = under.Provider.CreateAead(Primitive.AesGcm, key);
        using var opener = under.Provider.CreateAead(Primitive.AesGcm, key);
        int count = 0;
        long allocated = PerRound(() =>
        {
            BitConverter.TryWriteBytes(nonce, count++);
            sealer.Seal(nonce, associated, data, tag);
            if (!opener.TryOpen(nonce, associated, data, tag))
            {
                throw new InvalidOperationException("refused");
            }
        });
        Assert.That(allocated, Is.LessThanOrEqualTo(Allowed(under, 2 * AllowedInBouncyCastle)));
    }

    [OverProviders(Primitive.ChaCha20Poly1305)]
    public void ChaChaPoly(Under under)
    {
        byte[] packet = new byte[1024];
        byte[] tag = new byte[16];
        using var sealer = under.Provider.CreateChaChaPoly(new byte[64]);
        using var opener = under.Provider.CreateChaChaPoly(new byte[64]);
        uint sequence = 0;
        long allocated = PerRound(() =>
        {
            sealer.Seal(sequence, packet, tag);
            if (!opener.TryOpen(sequence, packet, tag))
            {
                throw new InvalidOperationException("refused");
            }

            opener.CryptLength(sequence++, packet);
        });
        Assert.That(allocated, Is.LessThanOrEqualTo(Allowed(under, 2 * AllowedInBouncyCastle)));
    }

    [OverProviders(Primitive.AesCtr, Primitive.AesCbc, Primitive.TripleDesCbc)]
    public void Cipher(Under under, Primitive primitive)
    {
        bool aes = primitive != Primitive.TripleDesCbc;
        byte[] key = new SeededRandom(1).Bytes(aes ? 32 : 24);
        byte[] data = new byte[1024];
        using var encrypt = under.Provider.CreateCipher(primitive, key, new byte[aes ? 16 : 8], encrypt: true);
        using var decrypt = under.Provider.CreateCipher(primitive, key, new byte[aes ? 16 : 8], encrypt: false);
        long allocated = PerRound(() =>
        {
            encrypt.Transform(data);
            decrypt.Transform(data);
        });
        Assert.That(allocated, Is.Zero);
    }

    [OverProviders(Primitive.HmacSha1, Primitive.HmacSha256, Primitive.HmacSha512)]
    public void Mac(Under under, Primitive primitive)
    {
        byte[] data = new byte[1024];
        byte[] tag = new byte[64];
        using var mac = under.Provider.CreateMac(primitive, new byte[32]);
        uint sequence = 0;
        Assert.That(PerRound(() => mac.ComputePacket(sequence++, data, tag)), Is.Zero);
    }

    [Test]
    public void Random_numbers_for_packets()
    {
        foreach (var provider in Registry.All)
        {
            byte[] padding = new byte[12];
            Assert.That(PerRound(() => provider.Random.Fill(padding)), Is.Zero, provider.Name);
        }
    }

    private static int Allowed(Under under, int inBouncyCastle) => under.ToString() == "bouncycastle" ? inBouncyCastle : 0;

    private static long PerRound(Action round)
    {
        for (int i = 0; i < Rounds; i++)
        {
            round();
        }

        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int i = 0; i < Rounds; i++)
        {
            round();
        }

        return (GC.GetAllocatedBytesForCurrentThread() - before) / Rounds;
    }
}
