using System.Linq;

namespace SshCore.Fuzz.Targets;

/// <summary>What is fuzzed: takes any bytes, and throws if a promise is broken.</summary>
public abstract class FuzzTarget
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new ServerStreamTarget(),
        new ClientStreamTarget(),
        new ValidPacketsTarget(),
        new OpenSshKeyTarget(),
        new PemTarget(),
        new KnownHostsTarget(),
        new SftpClientTarget(),
        new TransferTarget(),
        new SftpServerTarget(),
    ];

    /// <summary>The name on the command line, and of the folder under <c>fuzz/corpus</c>.</summary>
    public abstract string Name { get; }

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);

    /// <summary>Handles one input.</summary>
    public abstract void Run(ReadOnlySpan<byte> input);

    /// <summary>Inputs that reach deep, by file name; they are made again from code whenever the flows change.</summary>
    public abstract IEnumerable<(string Name, byte[] Input)> Seeds();
}
