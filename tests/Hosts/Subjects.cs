using System.Net;
using System.Threading;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.TestKit;

namespace SshCore.Tests.Hosts;

/// <summary>What nearly all tests need.</summary>
internal static class Subjects
{
    /// <summary>No test waits longer than this.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    public static SshPrivateKey HostKey { get; } = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519, random: new SeededRandom(42));

    public static SshPrivateKey UserKey { get; } = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519, random: new SeededRandom(777));

    public static IPEndPoint Loopback => new(IPAddress.Loopback, 0);

    public static SshServerOptions Server(SshServerPolicy policy) => new(policy, HostKey);

    public static SshClientOptions Client(int port = 22, string? password = TestPolicy.Password) => new("127.0.0.1", port)
    {
        UserName = password is null ? null : TestPolicy.User,
        Credentials = password is null ? [] : [SshCredential.Password(password)],
        HostKeyPolicy = SshHostKeyPolicy.Pinned(HostKey.PublicKey),
    };

    public static CancellationToken Bounded() => new CancellationTokenSource(Patience).Token;
}
