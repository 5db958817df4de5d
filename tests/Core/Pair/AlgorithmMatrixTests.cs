using System.Linq;
using NUnit.Framework;
using SshCore.Events;
using SshCore.Security;

namespace SshCore.Tests.Core.Pair;

/// <summary>
/// Every key exchange × cipher × MAC × host key: handshake, log-in, 1 MiB both ways at once with two rekeys, one started by
/// each side. One test for each key exchange and cipher.
/// </summary>
[Parallelizable(ParallelScope.All)]
internal sealed class AlgorithmMatrixTests
{
    [Test]
    public void EveryCombinationCarriesData(
        [ValueSource(typeof(SshAlgorithms), nameof(SshAlgorithms.KeyExchanges))] string keyExchange,
        [ValueSource(typeof(SshAlgorithms), nameof(SshAlgorithms.Ciphers))] string cipher)
    {
        foreach (var (mac, hostKey) in MatrixChoice.Rest(keyExchange, cipher))
        {
            using var world = new PairWorld(new PairPlan { KeyExchange = keyExchange, Cipher = cipher, Mac = mac, HostKey = hostKey });
            string what = $"{keyExchange} {cipher} {mac} {hostKey}";
            try
            {
                world.RunToTheEnd();
            }
            catch (AssertionException e)
            {
                throw new AssertionException($"{what}: {e.Message}", e);
            }

            foreach (var (side, connection) in new (PairSide, SshConnection)[] { (world.Client, world.Pair.Client), (world.Server, world.Pair.Server) })
            {
                Assert.That(side.Received, Is.EqualTo(1024 * 1024), what);
                Assert.That(side.CountOf(SshEventKind.KeysChanged), Is.EqualTo(3), what);
                var algorithms = connection.Algorithms!;
                Assert.That(
                    (algorithms.KeyExchange, algorithms.CipherIn, algorithms.CipherOut, algorithms.MacIn, algorithms.HostKey, algorithms.StrictKex),
                    Is.EqualTo((keyExchange, cipher, cipher, mac ?? "", hostKey, true)),
                    what);
                Assert.That(algorithms.Legacy, Is.EquivalentTo(new[] { mac, hostKey }.Where(name => name is not null && SshAlgorithms.IsLegacy(name))), what);
            }
        }
    }
}
