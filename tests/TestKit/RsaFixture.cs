using SshCore.Keys;
using SshCore.Security;

namespace SshCore.TestKit;

/// <summary>An RSA key of 2048 bits, made with openssl for these tests alone: making one takes too long for each run.</summary>
internal static class RsaFixture
{
    public static SshPrivateKey Create(SshCryptoProvider crypto)
    {
        var parameters = new RsaPrivateParameters
        {
            Modulus = Convert.FromHexString(
            "a9a0e910ca7d67c10e63aa8a755a610a8c3b33c510e10a431e36b9315a26a3b7aa1fa8009ea3215faea2fc479b9be901" +
            "1cededb567dc9f6d2b8e76d6024b76511cb54da2c2f1f323b00acfeb4c2e759111b6da368cea052cbed3266a07e02e3e" +
            "9c580732e0e95813f86b42b17e7fc538809ae80638bba80be90fd4da9ab3aa936be0dc5fd0880faa6194643a11524b78" +
            "baaa12af2077020c695cc44285655bfb0667a4d7e7bc6c13cb1a3d196d9498823f766da2d0b95a8fdbed80c1b7812eb5" +
            "02ac9b326b5bdff6dca50f22b55966eea2ca931099db9c04c6fe55c34acdcb0ce79a31c81cff38e48d11abc748d6c756" +
            "2b1733bdf7260d723d39c0b4da1ce65f"),
            Exponent = [1, 0, 1],
            D = Convert.FromHexString(
            "034cd11bf584890f357374eeeaa78e79c10ea9cc2caee41f382842641667e8097bb2cff6eb1f2b580c32b98bbf184269" +
            "3621dedd079f402ec4892a00b1dcbbf98a0070f938a7b25e405f857a036a67f9218a1826b5891bfea9dbbbc49650a335" +
            "ae9efbccde994b905fe5de4f4bb1baa985befdc29939f563fdedc3eb58d523fd601af4daa2a06984be0fc72b0a8167d0" +
            "130a670add78b497e19d5cd2ea1389116e0a3f0117a456d914b69b42eb5fbae512dcd286896a3583e9f1e91cd4b312f0" +
            "6a95805bda0b9f1f0f5923c2556810b81f874b5d550032622b6743f8273a6d98906668c97c528824a1660c91eaaaf819" +
            "edc302e4fe4a5ddab57606f12bfa0d89"),
            P = Convert.FromHexString(
            "e12acf9fb3d9b083757f3f2c0ab704cac41e5146b80d2f03e702de0d590cc869029764b9b7889a79ba2985c854474d9c" +
            "f5de8163debbcb11b38d327ba6fe3dfe400b2c24234a5b3cdff9d82d433eece1b7620987960bd840ca647440941bba0c" +
            "d1668f91d75d068be8b358c4306dcdb32a69d526d1dce252aed7be3a02985b5d"),
            Q = Convert.FromHexString(
            "c0db33fc4035df38acee8c4b549f3a55d922ba870650ea0170a217f25503d10470b421bb45cceb37c51b49953ce93f7d" +
            "87db825c45915a0f3b7c676c73b7d1b1d61f89b06f2057d094d2bf65a6a0fa1ceebce35c5e0eef432040dbcdf7d57093" +
            "432ec6fa03c5d7c28c234ccb6e2afaa941241a1f3d82298078c04c20b4bca8eb"),
            InverseQ = Convert.FromHexString(
            "8c0f9ba9821cdf650f2da944228c953fa1e2e56762c789bd37eabef7383ae7d4bd0c89919419f54854e325568847d6ca" +
            "189a34bae1f853ff7d7e604f9a74d740a42aaeec0e594051e1b95b26c14e04796a1383121912f5e8fe1b514e28650535" +
            "230d2f5f655d3eeacf4e53f341a32fdaeee74469875bfc85754fdd843cd14721"),
        };
        return RsaPrivateKey.Read(parameters, new KeyFileContext(crypto, SshLimits.Default, default), out var error)
            ?? throw new InvalidOperationException(error!.Message);
    }
}
