using SshCore.Interop;
using SshCore.Keys;
using SshCore.Kex;
using SshCore.Security;
using SshCore.TestKit;

namespace SshCore.Tests.Core;

/// <summary>Which role the connection under test plays.</summary>
public enum Role
{
    Client,
    Server,
}

/// <summary>Connections under test, each with a scripted peer at its other end.</summary>
internal static class Subjects
{
    public static SshCryptoProvider Crypto => DefaultCrypto.Provider;

    /// <summary>A script whose subject plays <paramref name="role"/>.</summary>
    public static PeerScript Start(
        Role role,
        Func<SshSettings, SshSettings>? settings = null,
        Func<PeerScriptOptions, PeerScriptOptions>? script = null,
        SshCryptoProvider? crypto = null)
    {
        crypto ??= Crypto;
        var options = new PeerScriptOptions(crypto) { HostKey = KeyFixtures.For(crypto, "ssh-ed25519") };
        return new PeerScript(Connection(role, settings, crypto), script is null ? options : script(options));
    }

    /// <summary>A script that offers only these algorithms.</summary>
    public static PeerScript StartWith(Role role, ScriptKexInit offer, Func<SshSettings, SshSettings>? settings = null) =>
        Start(role, settings, o => o with { KexInit = offer, HostKey = KeyFixtures.For(o.Crypto, offer.HostKeys.Split(',')[0]) });

    public static SshConnection Connection(Role role, Func<SshSettings, SshSettings>? settings = null, SshCryptoProvider? crypto = null)
    {
        crypto ??= Crypto;
        SshSettings chosen = role == Role.Client ? new SshClientSettings(crypto) : ServerSettings(crypto);
        chosen = chosen with { Random = new SeededRandom((ulong)role + 100) };
        chosen = settings is null ? chosen : settings(chosen);
        return chosen is SshServerSettings server ? new SshServerConnection(server) : new SshClientConnection((SshClientSettings)chosen);
    }

    public static SshServerSettings ServerSettings(SshCryptoProvider crypto)
    {
        var keys = new List<SshHostKey>();
        foreach (var key in KeyFixtures.All(crypto))
        {
            keys.Add(new SshHostKey(key));
        }

        return new SshServerSettings(crypto, keys) { Groups = FixedGroups.Instance, AuthMethods = ["none", "publickey", "password", "keyboard-interactive"] };
    }

    public static SshSettings WithLimits(this SshSettings settings, Func<SshLimits, SshLimits> change) =>
        settings with { Limits = change(settings.Limits) };
}

/// <summary>Groups 14, 16 and 18 for group exchange.</summary>
internal sealed class FixedGroups : GexGroupSource
{
    public static FixedGroups Instance { get; } = new();

    public override bool TryChoose(int minimum, int preferred, int maximum, RandomSource random, out ReadOnlyMemory<byte> prime, out ReadOnlyMemory<byte> generator)
    {
        generator = new byte[] { 2 };
        prime = default;
        foreach (int group in (int[])[14, 16, 18])
        {
            var candidate = ModpGroups.Prime(group);
            int bits = candidate.Length * 8;
            if (bits >= minimum && bits <= maximum)
            {
                prime = candidate;
                if (bits >= preferred)
                {
                    break;
                }
            }
        }

        return !prime.IsEmpty;
    }
}
