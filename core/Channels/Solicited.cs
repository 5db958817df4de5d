namespace SshCore.Channels;

/// <summary>
/// What this client has asked its server to open channels for. "Implementations MUST reject these messages unless they
/// have previously requested a remote TCP/IP port forwarding" (RFC 4254 §7.2), and §6.3.2 alike for X11, OpenSSH's
/// PROTOCOL for its own: nothing else may be opened towards a client. It lasts until it is cancelled, refused or, for
/// what belongs to a session, until that session ends.
/// </summary>
internal sealed class Solicited
{
    private readonly Dictionary<string, int> _asked = new(StringComparer.Ordinal);

    /// <summary>Counts what a request that we send asks for.</summary>
    public void OnSent(string request) => Add(request, 1);

    /// <summary>The server refused a request, or the session that it was sent on has ended.</summary>
    public void OnUndone(string request) => Add(request, -1);

    /// <summary>Whether a channel of this type may be opened towards us.</summary>
    public bool Has(string channelType) => _asked.TryGetValue(channelType, out int count) && count > 0;

    /// <summary>True for requests whose effect ends with their session.</summary>
    public static bool BelongsToSession(string request) => request is "x11-req" or "auth-agent-req" or "auth-agent-req@openssh.com";

    private void Add(string request, int count)
    {
        (string? type, int sign) = request switch
        {
            "tcpip-forward" => ("forwarded-tcpip", 1),
            "cancel-tcpip-forward" => ("forwarded-tcpip", -1),
            "streamlocal-forward@openssh.com" => ("forwarded-streamlocal@openssh.com", 1),
            "cancel-streamlocal-forward@openssh.com" => ("forwarded-streamlocal@openssh.com", -1),
            "x11-req" => ("x11", 1),
            "auth-agent-req" => ("auth-agent", 1),
            "auth-agent-req@openssh.com" => ("auth-agent@openssh.com", 1),
            _ => ((string?)null, 0),
        };
        if (type is not null)
        {
            _asked.TryGetValue(type, out int asked);
            _asked[type] = asked + (sign * count);
        }
    }
}
