using System.Text;
using SshCore.Events;
using SshCore.Hosts;

namespace SshCore.Cli.Ssh;

/// <summary>What to log in with, in the order of PreferredAuthentications.</summary>
internal sealed class Credentials
{
    private static readonly string[] Order = ["publickey", "keyboard-interactive", "password"];
    private static readonly string[] DefaultFiles = ["~/.ssh/id_ed25519", "~/.ssh/id_ecdsa", "~/.ssh/id_rsa"];

    private readonly SshArguments _arguments;
    private readonly PathTokens _paths;
    private readonly HostKeys _hostKeys;
    private readonly UserPrompt _prompt;
    private readonly Diagnostics _output;
    private readonly string _target;
    private readonly int _tries;
    private int _interactiveTries;

    internal Credentials(SshArguments arguments, PathTokens paths, HostKeys hostKeys, UserPrompt prompt, Diagnostics output)
    {
        _arguments = arguments;
        _paths = paths;
        _hostKeys = hostKeys;
        _prompt = prompt;
        _output = output;
        _target = $"{paths.User}@{paths.OriginalHost}";
        _tries = arguments.NumberOfPasswordPrompts ?? 3;
    }

    /// <summary>Reads the identity files; prompts come when their turn does.</summary>
    internal IReadOnlyList<SshCredential> Collect()
    {
        bool batch = _arguments.BatchMode == true;
        var result = new List<SshCredential>();
        foreach (string method in _arguments.PreferredAuthentications ?? Order)
        {
            switch (method)
            {
                case "publickey" when _arguments.PubkeyAuthentication != false:
                    AddKeys(result);
                    break;
                case "keyboard-interactive" when !batch && _arguments.KbdInteractiveAuthentication != false:
                    result.Add(SshCredential.Interactive(Answer));
                    break;
                case "password" when !batch && _arguments.PasswordAuthentication != false:
                    result.Add(SshCredential.Password(AskPassword, interactiveFallback: false));
                    break;
                case "none":
                    result.Add(SshCredential.None());
                    break;
                default:
                    break;
            }
        }

        // So that a server which lets everybody in, or only tells what it has, is asked.
        return result.Count > 0 ? result : [SshCredential.None()];
    }

    private void AddKeys(List<SshCredential> result)
    {
        bool isDefault = _arguments.IdentityFiles.Count == 0;
        foreach (string path in isDefault ? DefaultFiles : (IReadOnlyList<string>)_arguments.IdentityFiles)
        {
            if (new IdentityFile(_paths.Expand(path), _prompt, _output, _tries).Load(isDefault) is { } credential)
            {
                result.Add(credential);
            }
        }
    }

    private byte[]? AskPassword(SshPasswordQuery query)
    {
        if (query.Attempt > _tries || !MaySendSecrets())
        {
            return null;
        }

        if (query.ChangePrompt is { } text)
        {
            return AskNewPassword(text);
        }

        if (query.Attempt > 1)
        {
            _output.WriteLine("Permission denied, try again.");
        }

        return _prompt.Ask($"{_target}'s password: ", hidden: true);
    }

    private byte[]? AskNewPassword(string text)
    {
        if (text.Length > 0)
        {
            _output.WriteLine(text);
        }

        while (true)
        {
            byte[]? first = _prompt.Ask($"{_target}'s new password: ", hidden: true);
            if (first is null || first.Length == 0)
            {
                return null;
            }

            byte[]? second = _prompt.Ask($"{_target}'s new password again: ", hidden: true);
            bool same = second is not null && first.AsSpan().SequenceEqual(second);
            second?.AsSpan().Clear();
            if (same)
            {
                return first;
            }

            first.AsSpan().Clear();
            _output.WriteLine("The two differ, try again.");
        }
    }

    private List<string>? Answer(SshPrompts prompts)
    {
        if (prompts.Round == 1 && ++_interactiveTries > _tries)
        {
            return null;
        }

        if (prompts.Prompts.Count > 0 && !MaySendSecrets())
        {
            return null;
        }

        if (prompts.Name.Length > 0)
        {
            _output.WriteLine(prompts.Name);
        }

        if (prompts.Instruction.Length > 0)
        {
            _output.WriteLine(prompts.Instruction);
        }

        var answers = new List<string>();
        foreach (AuthPrompt prompt in prompts.Prompts)
        {
            byte[]? answer = _prompt.Ask($"({_target}) {prompt.Text}", hidden: !prompt.Echo);
            if (answer is null)
            {
                return null;
            }

            answers.Add(Encoding.UTF8.GetString(answer));
            answer.AsSpan().Clear();
        }

        return answers;
    }

    private bool MaySendSecrets()
    {
        if (_hostKeys.IsDoubtful)
        {
            _output.WriteLine("sshcore: passwords are off, for the host key has changed");
        }

        return !_hostKeys.IsDoubtful;
    }
}
