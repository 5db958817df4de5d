namespace SshCore.Channels;

/// <summary>A global request (RFC 4254 §4).</summary>
public sealed class GlobalRequest
{
    /// <summary>A request named <paramref name="name"/> with its data as bytes.</summary>
    public GlobalRequest(string name, ReadOnlyMemory<byte> data = default, bool wantReply = true)
    {
        Name = name;
        Data = data;
        WantReply = wantReply;
    }

    /// <summary>The request name.</summary>
    public string Name { get; }

    /// <summary>The request-specific data.</summary>
    public ReadOnlyMemory<byte> Data { get; }

    /// <summary>Whether a reply is asked for.</summary>
    public bool WantReply { get; }
}
