using SshCore.Events;

namespace SshCore.Hosts;

/// <summary>Questions of a server in keyboard-interactive (RFC 4256 §3.2); texts are made printable.</summary>
public sealed class SshPrompts
{
    internal SshPrompts(string userName, string name, string instruction, IReadOnlyList<AuthPrompt> prompts, int round)
    {
        UserName = userName;
        Name = name;
        Instruction = instruction;
        Prompts = prompts;
        Round = round;
    }

    /// <summary>The user who logs in.</summary>
    public string UserName { get; }

    /// <summary>A title; often empty.</summary>
    public string Name { get; }

    /// <summary>Text above the prompts.</summary>
    public string Instruction { get; }

    /// <summary>The prompts, with whether the answer may be shown while typed. May be empty: then answer with nothing.</summary>
    public IReadOnlyList<AuthPrompt> Prompts { get; }

    /// <summary>1 for the first questions of this attempt.</summary>
    public int Round { get; }
}

/// <summary>Asks for a password.</summary>
public sealed class SshPasswordQuery
{
    internal SshPasswordQuery(string userName, int attempt, string? changePrompt)
    {
        UserName = userName;
        Attempt = attempt;
        ChangePrompt = changePrompt;
    }

    /// <summary>The user who logs in.</summary>
    public string UserName { get; }

    /// <summary>1 for the first time, 2 after a wrong password, and so on.</summary>
    public int Attempt { get; }

    /// <summary>The server's text if it asks for a new password because the old one has expired; null otherwise.</summary>
    public string? ChangePrompt { get; }
}

/// <summary>Asks for a signature by a key whose private half is elsewhere.</summary>
public sealed class SshSignatureQuery
{
    internal SshSignatureQuery(Keys.SshPublicKey key, string algorithm, ReadOnlyMemory<byte> data)
    {
        Key = key;
        Algorithm = algorithm;
        Data = data;
    }

    /// <summary>The key to sign with.</summary>
    public Keys.SshPublicKey Key { get; }

    /// <summary>The signature algorithm's name; for an RSA key it says which hash.</summary>
    public string Algorithm { get; }

    /// <summary>What is to be signed (RFC 4252 §7).</summary>
    public ReadOnlyMemory<byte> Data { get; }
}
