using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>AES-GCM with 96-bit nonces and 128-bit tags, and HMAC (full and cut tags).</summary>
internal sealed class SymmetricTests
{
    [OverProviders(Primitive.AesGcm)]
    public void Aes_gcm(Under under)
    {
        int decided = 0;
        WycheproofFile.ForEach("aes_gcm", c =>
        {
            // The seam has one nonce and one tag length; SSH has AES-128 and AES-256 (192 is decided as well).
            if (c.Group.GetProperty("ivSize").GetInt32() != 96 || c.Group.GetProperty("tagSize").GetInt32() != 128)
            {
                return;
            }

            decided++;
            byte[] nonce = c.Bytes("iv");
            byte[] associated = c.Bytes("aad");
            byte[] data = c.Bytes("ct");
            using var aead = under.Provider.CreateAead(Primitive.AesGcm, c.Bytes("key"));
            bool opened = aead.TryOpen(nonce, associated, data, c.Bytes("tag"));
            WycheproofFile.Decide(opened, c.IsValid, "opened");
            if (c.IsValid)
            {
                WycheproofFile.Decide(data.AsSpan().SequenceEqual(c.Bytes("msg")), true, "plain text right");
                byte[] tag = new byte[16];
                using var sealer = under.Provider.CreateAead(Primitive.AesGcm, c.Bytes("key"));
                sealer.Seal(nonce, associated, data, tag);
                WycheproofFile.Decide(data.AsSpan().SequenceEqual(c.Bytes("ct")) && tag.AsSpan().SequenceEqual(c.Bytes("tag")), true, "sealed right");
            }
        });
        Assert.That(decided, Is.GreaterThan(150));
    }

    [OverProviders(Primitive.HmacSha1, Primitive.HmacSha256, Primitive.HmacSha512)]
    public void Hmac(Under under, Primitive primitive)
    {
        string name = primitive switch
        {
            Primitive.HmacSha1 => "hmac_sha1",
            Primitive.HmacSha256 => "hmac_sha256",
            _ => "hmac_sha512",
        };
        WycheproofFile.ForEach(name, c =>
        {
            using var mac = under.Provider.CreateMac(primitive, c.Bytes("key"));
            byte[] tag = new byte[mac.Length];
            mac.Append(c.Bytes("msg"));
            mac.Finish(tag);
            bool equal = tag.AsSpan(0, c.Group.GetProperty("tagSize").GetInt32() / 8).SequenceEqual(c.Bytes("tag"));
            WycheproofFile.Decide(equal, c.IsValid);
        });
    }
}
