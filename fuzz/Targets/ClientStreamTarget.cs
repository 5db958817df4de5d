using SshCore.Fuzz.Driving;

namespace SshCore.Fuzz.Targets;

/// <summary>What a server may send to our client.</summary>
public sealed class ClientStreamTarget : StreamTarget
{
    public override string Name => "client-stream";

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("banner", ControlBytes.Join("Welcome\r\nto the host\n\nSSH-1.99-old\n"u8));
        byte[] last = [];
        foreach (var (name, _, fromServer) in Flows.OfServer())
        {
            yield return (name, ControlBytes.Join(last = fromServer));
        }

        yield return ("cut", ControlBytes.Join(last, 3, 0x90, 40, 0xC9, 7));
        yield return ("commands", ControlBytes.Join(last, 0x9F, 0x9F, 0xE0, 0xE3, 0xE9, 0xE4, 0xE5, 0xE1, 0xE2));
        yield return ("held", ControlBytes.Join(last, 0xE7, 0x9F, 0xE8, 0x9F, 0xD0));
    }

    private protected override Application NewParty() => Parties.Client();
}
