using System.Threading;
using SshCore.Config;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Native.Boundary;
using SshCore.Native.Exports;
using SshCore.Native.Objects;
using SshCore.Native.Structs;

namespace SshCore.Native.Easy;

/// <summary>Connects, and exchanges keys with a host that is believed.</summary>
internal sealed unsafe class EasyConnector
{
    private readonly EasyOptionsStruct _options;
    private readonly string _host;
    private readonly int _port;
    private readonly bool _any;
    private readonly KnownHostsObject? _known;

    private EasyConnector(in EasyOptionsStruct options)
    {
        _options = options;
        _host = In.Text(options.Host, "host");
        _port = options.Port switch
        {
            0 => 22,
            <= 65535 => (int)options.Port,
            _ => throw new NativeException(Result.Argument, $"{options.Port} is no port."),
        };
        _any = In.Flag(options.InsecureAnyHostKey, "insecure_any_host_key");

        // Who asks about each host needs no file of them.
        bool without = _any || (options.HostKeyCallback != 0 && options.KnownHosts == 0);
        _known = without ? null : In.Object<KnownHostsObject>(options.KnownHosts, "known_hosts");
    }

    public static EasyObject Connect(in EasyOptionsStruct options) => Libc.IsAvailable ? new EasyConnector(options).Connect()
        : throw new NativeException(Result.Unsupported, "Level 3 needs Linux or macOS.");

    private EasyObject Connect()
    {
        var s = Sized.ReadOptional<SettingsStruct>(_options.Settings, "settings");
        var settings = SettingsReader.Client(s);
        if (_known is not null && s.HostKeyAlgorithms == 0)
        {
            var order = WithKnown(known => known.Hosts.OrderHostKeyAlgorithms(_host, _port, settings.Algorithms.HostKeys));
            settings = settings with { Algorithms = settings.Algorithms with { HostKeys = order } };
        }

        var connection = new SshClientConnection(settings);
        var until = Clock.In(_options.TimeoutMs == 0 ? -1 : _options.TimeoutMs);
        var easy = new EasyObject(connection, Dialer.Connect(_host, _port, until), _options, SettingsReader.Log(s));
        try
        {
            easy.EndAt(until);
            easy.Until(e =>
            {
                if (e.Body is HostKeyOffered offered)
                {
                    Decide(easy, offered);
                }

                return e.Kind == SshEventKind.KeysChanged;
            });
            return easy;
        }
        catch
        {
            easy.Dispose();
            throw;
        }
    }

    private void Decide(EasyObject easy, HostKeyOffered offered)
    {
        var verdict = _any ? Result.Ok : _known is null ? Result.HostKeyUnknown
            : WithKnown(known => KnownHostsExports.Check(known, _host, (uint)_port, offered.Key));
        string fingerprint = offered.Key.Fingerprint(DefaultCrypto.Provider);
        if (verdict == Result.HostKeyUnknown && _options.HostKeyCallback != 0)
        {
            switch (Ask(offered, fingerprint))
            {
                case HostKeyAnswer.AcceptOnce:
                    verdict = Result.Ok;
                    break;
                case HostKeyAnswer.AcceptAndAdd:
                    verdict = Result.Ok;
                    _ = _known is null ? 0 : WithKnown(known =>
                    {
                        known.File.Add(DefaultCrypto.Provider, _host, _port, offered.Key, hashed: false);
                        return 0;
                    });
                    break;
                default:
                    break;
            }

            easy.Renew();
        }

        if (verdict != Result.Ok)
        {
            throw new NativeException(verdict, $"The host showed {fingerprint}.");
        }

        offered.Accept();
    }

    private HostKeyAnswer Ask(HostKeyOffered offered, string fingerprint)
    {
        using var texts = new Arena();
        var blob = offered.Key.Blob;
        var question = new EasyHostStruct
        {
            Size = (nuint)sizeof(EasyHostStruct),
            Host = texts.Text(_host),
            Port = (uint)_port,
            KeyType = texts.Text(offered.Key.KeyType),
            Fingerprint = texts.Text(fingerprint),
            Key = texts.Bytes(blob.Span),
            KeyLength = (nuint)blob.Length,
        };
        return (HostKeyAnswer)((delegate* unmanaged<nint, EasyHostStruct*, int>)_options.HostKeyCallback)(_options.HostKeyContext, &question);
    }

    // Connections on several threads may share the lines; each needs them for a moment only.
    private T WithKnown<T>(Func<KnownHostsObject, T> use)
    {
        var wait = new SpinWait();
        while (!_known!.TryEnter())
        {
            if (_known.IsFreed)
            {
                throw new NativeException(Result.BadHandle, "known_hosts was freed.");
            }

            wait.SpinOnce();
        }

        try
        {
            return use(_known);
        }
        finally
        {
            _known.Leave();
        }
    }

    /// <summary>What the callback about an unknown host answers; anything else refuses.</summary>
    private enum HostKeyAnswer
    {
        Refuse = 0,
        AcceptOnce = 1,
        AcceptAndAdd = 2,
    }
}
