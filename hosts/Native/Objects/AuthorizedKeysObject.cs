using SshCore.Config;
using SshCore.Keys;
using SshCore.Native.Boundary;
using SshCore.Native.Structs;

namespace SshCore.Native.Objects;

/// <summary>
/// <c>sshcore_authorized_keys</c>: the lines of a file. It never changes, so any number of threads look keys up in it; what a
/// look-up gives out was written once, and lives as long as the handle.
/// </summary>
internal sealed class AuthorizedKeysObject : NativeObject
{
    private readonly AuthorizedKeys _file;
    private readonly Arena _texts = new();
    private readonly Dictionary<AuthorizedKey, AuthorizedKeyStruct> _structs = new(ReferenceEqualityComparer.Instance);
    private readonly nint[] _problems;

    public AuthorizedKeysObject(AuthorizedKeys file)
    {
        _file = file;
        foreach (var entry in file.Entries)
        {
            _structs.Add(entry, Describe(entry));
        }

        _problems = new nint[file.Problems.Count];
        for (int i = 0; i < _problems.Length; i++)
        {
            _problems[i] = _texts.Text(file.Problems[i].ToString());
        }
    }

    public int ProblemCount => _problems.Length;

    public nint Problem(nuint index) => index < (nuint)_problems.Length ? _problems[index]
        : throw new NativeException(Result.Argument, $"There are {_problems.Length} problems.");

    /// <summary>The first line that lets the key in from there; false if none does.</summary>
    public bool TryFind(SshPublicKey key, string address, string? hostName, out AuthorizedKeyStruct found)
    {
        found = default;
        return _file.TryFind(key, address, out var entry, hostName) && _structs.TryGetValue(entry, out found);
    }

    protected override void Release() => _texts.Dispose();

    private AuthorizedKeyStruct Describe(AuthorizedKey entry)
    {
        var variables = new nint[entry.Environment.Count];
        for (int i = 0; i < variables.Length; i++)
        {
            variables[i] = _texts.Text($"{entry.Environment[i].Key}={entry.Environment[i].Value}");
        }

        // With a NULL behind the last, as execve wants it.
        var list = _texts.Values<nint>(variables.Length + 1, out nint environment);
        variables.CopyTo(list);
        list[^1] = 0;
        return new AuthorizedKeyStruct
        {
            Line = (nuint)entry.LineNumber,
            Comment = _texts.Text(entry.Comment),
            Command = entry.Command is null ? 0 : _texts.Text(entry.Command),
            Environment = environment,
            EnvironmentCount = (nuint)variables.Length,
            AllowsPty = Flag(entry.AllowsPty),
            AllowsPortForwarding = Flag(entry.AllowsPortForwarding),
            AllowsAgentForwarding = Flag(entry.AllowsAgentForwarding),
            AllowsX11Forwarding = Flag(entry.AllowsX11Forwarding),
            AllowsUserRc = Flag(entry.AllowsUserRc),
        };
    }

    private static uint Flag(bool value) => value ? 1u : 0u;
}
