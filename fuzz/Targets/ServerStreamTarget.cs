using SshCore.Fuzz.Driving;

namespace SshCore.Fuzz.Targets;

/// <summary>What a client may send to our server.</summary>
public sealed class ServerStreamTarget : StreamTarget
{
    public override string Name => "server-stream";

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("http", ControlBytes.Join("GET / HTTP/1.1\r\nHost: example.org\r\n\r\n"u8));
        foreach (var (name, fromClient, _) in Flows.OfClient())
        {
            yield return (name, ControlBytes.Join(fromClient));
        }

        byte[] last = [];
        foreach (var (name, fromClient, _) in Flows.Common())
        {
            yield return (name, ControlBytes.Join(last = fromClient));
        }

        yield return ("cut", ControlBytes.Join(last, 3, 0x90, 40, 0xC9, 7));
        yield return ("commands", ControlBytes.Join(last, 0x9F, 0x9F, 0xE0, 0xE3, 0xE9, 0xE4, 0xE5, 0xE1, 0xE2));
        yield return ("held", ControlBytes.Join(last, 0xE7, 0x9F, 0xE8, 0x9F, 0xD0));
    }

    private protected override Application NewParty() => Parties.Server();
}
