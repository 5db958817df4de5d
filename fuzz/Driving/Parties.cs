using SshCore.Kex;
using SshCore.Keys;
using SshCore.Security;
using SshCore.TestKit;

namespace SshCore.Fuzz.Driving;

/// <summary>Makes the connections of all targets: without security, from fixed seeds, so that recorded flows stay valid.</summary>
internal static class Parties
{
    private static readonly NullProvider Crypto = new(7);
    private static readonly SshHostKey[] HostKeys =
    [
        new(SshPrivateKey.Generate(Crypto, SshKeyKind.Ed25519, random: new SeededRandom(11))),
        new(SshPrivateKey.Generate(Crypto, SshKeyKind.EcdsaP256, random: new SeededRandom(12))),
        new(SshPrivateKey.Generate(Crypto, SshKeyKind.Rsa, random: new SeededRandom(13))),
    ];

    private static readonly SshPrivateKey UserKey = SshPrivateKey.Generate(Crypto, SshKeyKind.Ed25519, random: new SeededRandom(14));

    public static Application Client(SshAlgorithmPreferences? algorithms = null) =>
        Start(new SshClientConnection(new SshClientSettings(new NullProvider(21))
        {
            Random = new SeededRandom(21),
            Algorithms = algorithms ?? SshAlgorithmPreferences.Default,
        }));

    public static Application Server(SshAlgorithmPreferences? algorithms = null, IReadOnlyList<string>? authMethods = null) =>
        Start(new SshServerConnection(new SshServerSettings(new NullProvider(22), HostKeys)
        {
            Random = new SeededRandom(22),
            Algorithms = algorithms ?? SshAlgorithmPreferences.Default,
            AuthMethods = authMethods ?? ["publickey", "password", "keyboard-interactive"],
            Groups = new AnyGroup(),
            Banner = "fuzz\r\n",
        }));

    private static Application Start(SshConnection connection)
    {
        connection.Tick(default);
        var application = new Application(connection, UserKey);
        application.Start();
        return application;
    }

    /// <summary>An odd number of 2048 bits: under the null provider that is a safe prime.</summary>
    private sealed class AnyGroup : GexGroupSource
    {
        public override bool TryChoose(
            int minimum, int preferred, int maximum, RandomSource random, out ReadOnlyMemory<byte> prime, out ReadOnlyMemory<byte> generator)
        {
            var number = new byte[256];
            Array.Fill(number, (byte)0xFB);
            prime = number;
            generator = new byte[] { 2 };
            return minimum <= 2048 && maximum >= 2048;
        }
    }
}
