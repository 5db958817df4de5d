using System.Globalization;
using System.Net;

namespace SshCore.Hosts;

/// <summary>A host and a port.</summary>
public readonly record struct SshEndPoint
{
    /// <summary>The port of SSH.</summary>
    public const int DefaultPort = 22;

    /// <summary>A host name or address, and a port from 0 to 65535.</summary>
    public SshEndPoint(string host, int port = DefaultPort)
    {
        if (port is < 0 or > 65535)
        {
            throw new ArgumentOutOfRangeException(nameof(port), port, "A port is 0 to 65535.");
        }

        Host = host;
        Port = port;
    }

    /// <summary>Where nothing is known: "unknown", 0.</summary>
    public static SshEndPoint Unknown { get; } = new("unknown", 0);

    /// <summary>Host name or address, IPv6 without brackets.</summary>
    public string Host { get; }

    /// <summary>The port.</summary>
    public int Port { get; }

    /// <summary>Reads <c>host</c>, <c>host:port</c>, <c>[address]:port</c> or a bare IPv6 address.</summary>
    /// <exception cref="FormatException">It is none of them.</exception>
    public static SshEndPoint Parse(string text) =>
        TryParse(text, out var endPoint) ? endPoint : throw new FormatException($"'{text}' is no host, host:port or [address]:port.");

    /// <summary>As <see cref="Parse"/>; false if it is none of them.</summary>
    public static bool TryParse(string text, out SshEndPoint endPoint)
    {
        ArgumentNullException.ThrowIfNull(text);
        endPoint = default;
        string host = text;
        string? port = null;
        if (text.Length > 0 && text[0] == '[')
        {
            int end = text.IndexOf(']');
            if (end < 0 || (end + 1 < text.Length && text[end + 1] != ':'))
            {
                return false;
            }

            host = text.Substring(1, end - 1);
            port = end + 1 < text.Length ? text.Substring(end + 2) : null;
        }
        else if (text.IndexOf(':') is var colon and >= 0 && text.IndexOf(':', colon + 1) < 0)
        {
            host = text.Substring(0, colon);
            port = text.Substring(colon + 1);
        }

        int number = DefaultPort;
        if (host.Length == 0 || (port is not null
            && (!int.TryParse(port, NumberStyles.None, CultureInfo.InvariantCulture, out number) || number > 65535)))
        {
            return false;
        }

        endPoint = new(host, number);
        return true;
    }

    /// <summary>
    /// Of a socket's end; unknown if that is not IP. An IPv4 peer of a socket that takes both families is what it is, not
    /// <c>::ffff:a.b.c.d</c>: lists of addresses and limits mean the same peer then, whatever socket it came by.
    /// </summary>
    internal static SshEndPoint Of(EndPoint? endPoint) => endPoint is not IPEndPoint ip
        ? Unknown
        : new((ip.Address.IsIPv4MappedToIPv6 ? ip.Address.MapToIPv4() : ip.Address).ToString(), ip.Port);

    /// <summary><c>host:port</c>, with brackets around an IPv6 address.</summary>
    public override string ToString() =>
        Host.Contains(':') ? $"[{Host}]:{Port.ToString(CultureInfo.InvariantCulture)}" : $"{Host}:{Port.ToString(CultureInfo.InvariantCulture)}";
}
