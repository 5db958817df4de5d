using SshCore.Config;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Kex;
using SshCore.Keys;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;
using SshCore.Security;

namespace SshCore.Native.Objects;

/// <summary>Turns <c>sshcore_settings</c> into core's settings. A field that is zero stands for the default.</summary>
internal static unsafe class SettingsReader
{
    private const int MostHostKeys = 64;

    public static SshClientSettings Client(in SettingsStruct s) =>
        Common(new SshClientSettings(DefaultCrypto.Provider), s) with { GuessKeyExchange = In.Flag(s.GuessKeyExchange, "guess_key_exchange") };

    public static SshServerSettings Server(in SettingsStruct s, IReadOnlyList<KeyObject> hostKeys)
    {
        var keys = new List<SshHostKey>(hostKeys.Count);
        foreach (var key in hostKeys)
        {
            keys.Add(key.Private is { } secret ? new SshHostKey(secret) : new SshHostKey(key.Public));
        }

        var settings = Common(new SshServerSettings(DefaultCrypto.Provider, keys), s);
        settings = settings with
        {
            Banner = In.OptionalText(s.Banner, "banner"),
            HostChoosesGroups = In.Flag(s.HostChoosesGroups, "host_chooses_groups"),
        };
        if (In.Names(s.AuthMethods, "auth_methods") is { } methods)
        {
            settings = settings with { AuthMethods = methods };
        }

        return In.OptionalText(s.Moduli, "moduli") is { } moduli
            ? settings with { Groups = new ModuliGroupSource(ModuliFile.Parse(moduli)) }
            : settings;
    }

    /// <summary>The host keys, each with one more user.</summary>
    public static List<KeyObject> HostKeys(in SettingsStruct s)
    {
        if (s.HostKeyCount is 0 or > MostHostKeys)
        {
            throw new NativeException(Result.Argument, $"A server has 1 to {MostHostKeys} host keys.");
        }

        In.Need(s.HostKeys, "host_keys");
        var keys = new List<KeyObject>();
        for (int i = 0; i < (int)s.HostKeyCount; i++)
        {
            keys.Add(In.Object<KeyObject>(((nint*)s.HostKeys)[i], "a host key"));
        }

        return keys.ConvertAll(key => key.Use());
    }

    public static KeepAlive KeepAlive(uint seconds, uint maxUnanswered) => new()
    {
        Interval = TimeSpan.FromSeconds(seconds),
        MaxUnanswered = Number(maxUnanswered, 0),
    };

    public static LogSink? Log(in SettingsStruct s) => s.Log == 0 ? null : new LogSink(s.Log, s.LogContext);

    private static T Common<T>(T settings, in SettingsStruct s)
        where T : SshSettings
    {
        var limits = LimitsReader.Read(s.Limits);
        limits = limits with
        {
            HandshakeTimeout = LimitsReader.Seconds(s.HandshakeTimeoutSeconds, limits.HandshakeTimeout),
            AuthTimeout = LimitsReader.Seconds(s.AuthTimeoutSeconds, limits.AuthTimeout),
            DecisionTimeout = LimitsReader.Seconds(s.DecisionTimeoutSeconds, limits.DecisionTimeout),
            AuthFailures = Number(s.AuthFailures, limits.AuthFailures),
            Channels = Number(s.Channels, limits.Channels),
            Sessions = Number(s.Sessions, limits.Sessions),
        };
        var rekey = settings.Rekey;
        settings = settings with
        {
            Limits = limits,
            Algorithms = Algorithms(s),
            SoftwareVersion = In.OptionalText(s.SoftwareVersion, "software_version") ?? settings.SoftwareVersion,
            WindowSize = s.WindowSize == 0 ? settings.WindowSize : s.WindowSize,
            MaxPacketSize = s.MaxPacketSize == 0 ? settings.MaxPacketSize : s.MaxPacketSize,
            Trace = s.Trace <= (uint)SshTraceAreas.All ? (SshTraceAreas)s.Trace : throw new NativeException(Result.Argument, "trace has bits that mean nothing."),
            GrowWindows = !In.Flag(s.FixedWindows, "fixed_windows"),
            Rekey = rekey with
            {
                Bytes = s.RekeyBytes == 0 ? rekey.Bytes : (long)Math.Min(s.RekeyBytes, long.MaxValue),
                Packets = s.RekeyPackets == 0 ? rekey.Packets : (long)Math.Min(s.RekeyPackets, long.MaxValue),
                Age = s.RekeySeconds == 0 ? rekey.Age : TimeSpan.FromSeconds(s.RekeySeconds),
            },
        };
        if (s.KeepAliveSeconds > 0)
        {
            settings = settings with
            {
                KeepAlive = KeepAlive(s.KeepAliveSeconds, s.KeepAliveMaxUnanswered),
            };
        }

        return s.InsecureSeedLength == 0 ? settings
            : settings with { Random = new SeededSource(In.Bytes(s.InsecureSeed, s.InsecureSeedLength, "insecure_seed").ToArray()) };
    }

    private static SshAlgorithmPreferences Algorithms(in SettingsStruct s)
    {
        try
        {
            var a = SshAlgorithmPreferences.Default;
            if (In.Names(s.AllowLegacy, "allow_legacy") is { } legacy)
            {
                a = a.AllowLegacy(legacy);
            }

            return a with
            {
                KeyExchanges = In.Names(s.KeyExchanges, "key_exchanges") ?? a.KeyExchanges,
                HostKeys = In.Names(s.HostKeyAlgorithms, "host_key_algorithms") ?? a.HostKeys,
                Ciphers = In.Names(s.Ciphers, "ciphers") ?? a.Ciphers,
                Macs = In.Names(s.Macs, "macs") ?? a.Macs,
                Signatures = In.Names(s.SignatureAlgorithms, "signature_algorithms") ?? a.Signatures,
            };
        }
        catch (Errors.SshUsageException e)
        {
            throw new NativeException(Result.Algorithm, e.Message);
        }
    }

    private static int Number(uint number, int otherwise) => number == 0 ? otherwise
        : number <= int.MaxValue ? (int)number : throw new NativeException(Result.Argument, $"{number} is too large.");
}
