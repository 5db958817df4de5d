using System.Text;
using NUnit.Framework;
using SshCore.Security;

namespace SshCore.Tests.Interop;

/// <summary>The cases of OpenBSD's regression test for bcrypt_pbkdf.</summary>
internal sealed class BcryptVectors
{
    private static readonly (string Password, string Salt, int Rounds, string Key)[] Vectors =
    [
        ("password", "salt", 4, "5bbf0cc293587f1c3635555c27796598d47e579071bf427e9d8fbe842aba34d9"),
        ("password", "\0", 4, "c12b566235eee04c212598970a579a67"),
        ("\0", "salt", 4, "6051be18c2f4f82cbf0efee5471b4bb9"),
        ("password\0", "salt\0", 4, "7410e44cf4fa07bfaac8a928b1727fac001375e7bf7384370f48efd121743050"),
        ("pass\0wor", "sa\0l", 4, "c2bffd9db38f6569efef4372f4de83c0"),
        ("pass\0word", "sa\0lt", 4, "4ba4ac3925c0e8d7f0cdb6bb1684a56f"),
        ("password", "salt", 8, "e1367ec5151a33faac4cc1c144cd23fa15d5548493ecc99b9b5d9c0d3b27bec76227ea66088b849b20ab7aa478010246e74bba51723fefa9f9474d6508845e8d"),
        ("password", "salt", 42, "833cf0dcf56db65608e8f0dc0ce882bd"),
    ];

    [OverProviders(Primitive.BcryptPbkdf, WithDefault = false)]
    public void Keys_are_those_of_OpenBSD(Under under)
    {
        foreach (var (password, salt, rounds, expected) in Vectors)
        {
            byte[] key = new byte[expected.Length / 2];
            under.Provider.BcryptPbkdf(Encoding.ASCII.GetBytes(password), Encoding.ASCII.GetBytes(salt), rounds, key);
            Assert.That(Hex.Text(key), Is.EqualTo(expected));
        }
    }
}
