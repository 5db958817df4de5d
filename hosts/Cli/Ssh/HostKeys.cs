using System.IO;
using System.Text;
using SshCore.Config;
using SshCore.Hosts;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Security;

namespace SshCore.Cli.Ssh;

/// <summary>
/// Known hosts with OpenSSH's meaning of StrictHostKeyChecking. A key that has changed is refused, but with "no": then the
/// connection goes on and nothing that could be stolen is sent, see <see cref="IsDoubtful"/>.
/// </summary>
internal sealed class HostKeys : SshHostKeyPolicy
{
    private readonly SshCryptoProvider _crypto = DefaultCrypto.Provider;
    private readonly KnownHosts _known;
    private readonly IReadOnlyList<string> _userFiles;
    private readonly string _host;
    private readonly int _port;
    private readonly HostKeyChecking _checking;
    private readonly UserPrompt _prompt;
    private readonly Diagnostics _output;

    /// <summary>Checks one host.</summary>
    /// <param name="host">The name to look up.</param>
    /// <param name="port">The port to look up with it.</param>
    /// <param name="checking">What to do with an unknown key.</param>
    /// <param name="userFiles">The user's files; new keys go to the first.</param>
    /// <param name="globalFiles">The system's files.</param>
    /// <param name="prompt">Asks the user.</param>
    /// <param name="output">Tells the user.</param>
    internal HostKeys(
        string host,
        int port,
        HostKeyChecking checking,
        IReadOnlyList<string> userFiles,
        IReadOnlyList<string> globalFiles,
        UserPrompt prompt,
        Diagnostics output)
    {
        _host = host;
        _port = port;
        _checking = checking;
        _userFiles = userFiles;
        _prompt = prompt;
        _output = output;
        var files = new List<KnownHostsFile>();
        foreach (string path in (IEnumerable<string>)[.. userFiles, .. globalFiles])
        {
            if (Load(path) is { } file)
            {
                files.Add(file);
            }
        }

        _known = new KnownHosts(_crypto, [.. files]);
    }

    /// <summary>Whether new names are hashed (HashKnownHosts).</summary>
    internal bool HashNames { get; init; }

    /// <summary>Whether any key will do (NoHostAuthenticationForLocalhost).</summary>
    internal bool IsOff { get; init; }

    /// <summary>Whether host key algorithms may be reordered by what is known of the host.</summary>
    internal bool MayReorder { get; init; }

    /// <summary>Tells that nothing is printed.</summary>
    internal bool IsQuiet { get; init; }

    /// <summary>The key isn't the known one, and the user has said to go on all the same: no password may be sent.</summary>
    internal bool IsDoubtful { get; private set; }

    public override IReadOnlyList<string> OrderAlgorithms(string host, int port, IReadOnlyList<string> algorithms) =>
        MayReorder ? _known.OrderHostKeyAlgorithms(_host, _port, algorithms) : algorithms;

    public override bool IsTrusted(SshHostKeyContext context)
    {
        if (IsOff)
        {
            return true;
        }

        KnownHostsResult result = _known.Check(_host, _port, context.Key);
        switch (result.Verdict)
        {
            case KnownHostsVerdict.Trusted:
                return true;
            case KnownHostsVerdict.Unknown:
                return IsUnknownTrusted(context);
            case KnownHostsVerdict.Changed:
                return IsChangedTrusted(context, result.Entries);
            default:
                throw new SshHostKeyException(
                    $"the {Name(context.Key)} host key of {_host} is marked as revoked in {result.Entries[0].Location}", _host, context.Key, context.Fingerprint);
        }
    }

    private bool IsUnknownTrusted(SshHostKeyContext context)
    {
        if (_checking == HostKeyChecking.Yes)
        {
            throw Refused(context, $"no {Name(context.Key)} host key is known for {_host} and strict checking was asked for");
        }

        if (_checking == HostKeyChecking.Ask && !Confirm(context))
        {
            throw Refused(context, "the host key wasn't confirmed");
        }

        Save(context.Key);
        return true;
    }

    private bool IsChangedTrusted(SshHostKeyContext context, IReadOnlyList<KnownHostsEntry> known)
    {
        var lines = new StringBuilder();
        lines.Append("WARNING: the host key of ").Append(_host).Append(" has CHANGED. Somebody may be listening in between, or the host was set up anew.\n");
        lines.Append("It offers ").Append(Name(context.Key)).Append(' ').Append(context.Fingerprint).Append(". Known are:");
        foreach (KnownHostsEntry entry in known)
        {
            lines.Append("\n  ").Append(Name(entry.Key)).Append(' ').Append(entry.Key.Fingerprint(_crypto)).Append(" in ").Append(entry.Location);
        }

        if (!IsQuiet || _checking != HostKeyChecking.No)
        {
            _output.WriteLine(lines.ToString());
        }

        if (_checking != HostKeyChecking.No)
        {
            throw new SshHostKeyChangedException("host key verification failed: the key has changed", _host, context.Key, context.Fingerprint, [known[0].Location]);
        }

        IsDoubtful = true;
        return true;
    }

    private bool Confirm(SshHostKeyContext context)
    {
        string address = context.Address is null || string.Equals(context.Address, _host, StringComparison.Ordinal) ? "" : $" ({context.Address})";
        string question = $"The host {_host}{address} isn't known. Its {Name(context.Key)} key has the fingerprint\n{context.Fingerprint}\nConnect (yes, no, or the fingerprint)? ";
        while (true)
        {
            byte[]? answer = _prompt.Ask(question, hidden: false);
            string text = answer is null ? "no" : Encoding.UTF8.GetString(answer).Trim();
            if (string.Equals(text, "yes", StringComparison.OrdinalIgnoreCase) || string.Equals(text, context.Fingerprint, StringComparison.Ordinal))
            {
                return true;
            }

            if (string.Equals(text, "no", StringComparison.OrdinalIgnoreCase))
            {
                return false;
            }

            question = "Please type yes, no or the fingerprint: ";
        }
    }

    private void Save(SshPublicKey key)
    {
        if (_userFiles.Count == 0)
        {
            return;
        }

        string path = _userFiles[0];
        try
        {
            KnownHostsFile line = KnownHostsFile.Parse("", path);
            line.Add(_crypto, _host, _port, key, HashNames);
            Append(path, line.ToText());
            if (!IsQuiet)
            {
                _output.WriteLine($"Added the {Name(key)} key of {_host} to {path}");
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            _output.WriteLine($"sshcore: can't add the host key to {path}: {e.Message}");
        }
    }

    /// <summary>Appends in one write, so that what others add meanwhile stays whole; the file and its folder are made private.</summary>
    private static void Append(string path, string line)
    {
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder && !Directory.Exists(folder))
        {
            Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        using var file = new FileStream(
            path,
            new FileStreamOptions { Mode = FileMode.OpenOrCreate, Access = FileAccess.ReadWrite, Share = FileShare.ReadWrite, BufferSize = 0, UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite });
        bool startsLine = file.Length == 0;
        if (!startsLine)
        {
            file.Seek(-1, SeekOrigin.End);
            startsLine = file.ReadByte() == '\n';
        }

        file.Seek(0, SeekOrigin.End);
        file.Write(Encoding.UTF8.GetBytes((startsLine ? "" : "\n") + line));
    }

    private static SshHostKeyException Refused(SshHostKeyContext context, string why) =>
        new("host key verification failed: " + why, context.Host, context.Key, context.Fingerprint);

    private KnownHostsFile? Load(string path)
    {
        try
        {
            return KnownHostsFile.Parse(File.ReadAllText(path), path);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _output.WriteLine($"sshcore: can't read {path}: {e.Message}");
            return null;
        }
    }

    /// <summary>The kind of key as people call it.</summary>
    private static string Name(SshPublicKey key) => key switch
    {
        RsaPublicKey => "RSA",
        EcdsaPublicKey => "ECDSA",
        Ed25519PublicKey => "ED25519",
        _ => key.KeyType,
    };
}
