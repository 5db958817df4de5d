using System.Globalization;

namespace SshCore.Cli.Sftp.Commands;

/// <summary>One line of a user or of a batch file, understood.</summary>
internal sealed record SftpCommand
{
    /// <summary>What to do; <see cref="SftpCommandKind.None"/> for an empty line or a comment.</summary>
    internal SftpCommandKind Kind { get; private init; }

    /// <summary>The command as its table names it.</summary>
    internal string Name { get; private init; } = "";

    /// <summary>A dash before it: in a batch, its failure doesn't end the batch.</summary>
    internal bool IgnoresErrors { get; private init; }

    /// <summary>An at sign before it: in a batch, it isn't echoed.</summary>
    internal bool IsSilent { get; private init; }

    /// <summary>Its flags.</summary>
    internal string Flags { get; private init; } = "";

    /// <summary>The number of chmod, chown, chgrp and lumask.</summary>
    internal uint Number { get; private init; }

    /// <summary>The first path: a pattern where the command looks for matches, otherwise a name; null if none is given.</summary>
    internal string? First { get; private init; }

    /// <summary>The second path, a name; null if none is given.</summary>
    internal string? Second { get; private init; }

    /// <summary>The rest of the line for a local command.</summary>
    internal string Rest { get; private init; } = "";

    /// <summary>Whether a flag is given.</summary>
    internal bool Has(char flag) => Flags.Contains(flag, StringComparison.Ordinal);

    /// <summary>What stands before the command itself: dashes and at signs, and what is behind them.</summary>
    internal static (bool IgnoresErrors, bool IsSilent, string Text) ReadPrefixes(string line)
    {
        string rest = line.Trim(' ', '\t', '\r', '\n');
        bool ignores = false;
        bool silent = false;
        while (rest.Length > 0 && rest[0] is '-' or '@')
        {
            ignores |= rest[0] == '-';
            silent |= rest[0] == '@';
            rest = rest[1..].TrimStart(' ', '\t');
        }

        return (ignores, silent, rest);
    }

    /// <summary>Reads a line.</summary>
    /// <exception cref="SftpCommandException">It is no command, or its arguments are wrong.</exception>
    internal static SftpCommand Parse(string line)
    {
        (bool ignores, bool silent, string rest) = ReadPrefixes(line);
        var command = new SftpCommand { IgnoresErrors = ignores, IsSilent = silent };
        if (rest.Length == 0 || rest[0] == '#')
        {
            return command;
        }

        if (rest[0] == '!')
        {
            return command with { Kind = SftpCommandKind.Shell, Name = "!", Rest = rest[1..].TrimStart(' ', '\t') };
        }

        CommandWords split = CommandWords.Split(rest);
        if (split.OpenQuote != '\0')
        {
            throw new SftpCommandException("Unterminated quoted argument");
        }

        SftpCommandWord word = SftpCommandTable.Find(split.Words.Count > 0 ? split.Words[0] : "") ?? throw new SftpCommandException("Invalid command.");
        command = command with { Kind = word.Kind, Name = word.Name };
        if (word.Kind == SftpCommandKind.LocalList)
        {
            return command with { Rest = rest[word.Name.Length..].TrimStart(' ', '\t') };
        }

        (string flags, List<string> arguments) = ReadFlags(word, split.Words);
        return command.WithArguments(flags, arguments);
    }

    private SftpCommand WithArguments(string flags, List<string> arguments)
    {
        SftpCommand command = this with { Flags = flags };
        switch (Kind)
        {
            case SftpCommandKind.Get or SftpCommandKind.Put or SftpCommandKind.Resume or SftpCommandKind.ResumePut:
                Require(arguments, 1, $"You must specify at least one path after a {Name} command.");
                return command with { First = arguments[0], Second = arguments.Count > 1 ? CommandWords.Literal(arguments[1]) : null };
            case SftpCommandKind.Link or SftpCommandKind.Rename or SftpCommandKind.SymbolicLink or SftpCommandKind.Copy:
                Require(arguments, 2, $"You must specify two paths after a {Name} command.");
                return command with { First = CommandWords.Literal(arguments[0]), Second = CommandWords.Literal(arguments[1]) };
            case SftpCommandKind.Remove:
                Require(arguments, 1, $"You must specify a path after a {Name} command.");
                return command with { First = arguments[0] };
            case SftpCommandKind.MakeDirectory or SftpCommandKind.RemoveDirectory or SftpCommandKind.LocalMakeDirectory:
                Require(arguments, 1, $"You must specify a path after a {Name} command.");
                return command with { First = CommandWords.Literal(arguments[0]) };
            case SftpCommandKind.ChangeDirectory or SftpCommandKind.LocalChangeDirectory or SftpCommandKind.FileSystem:
                return command with { First = arguments.Count > 0 ? CommandWords.Literal(arguments[0]) : null };
            case SftpCommandKind.List:
                return command with { First = arguments.Count > 0 ? arguments[0] : null };
            case SftpCommandKind.LocalMask:
                return command with { Number = ReadNumber(arguments, 8, 0x1FF) };
            case SftpCommandKind.ChangeMode:
                return command.WithNumberAndPath(arguments, ReadNumber(arguments, 8, 0xFFF));
            case SftpCommandKind.ChangeOwner or SftpCommandKind.ChangeGroup:
                return command.WithNumberAndPath(arguments, ReadNumber(arguments, 10, uint.MaxValue));
            default:
                return command;
        }
    }

    private SftpCommand WithNumberAndPath(List<string> arguments, uint number)
    {
        Require(arguments, 2, $"You must specify a path after a {Name} command.");
        return this with { Number = number, First = arguments[1] };
    }

    private uint ReadNumber(List<string> arguments, int radix, uint most)
    {
        ulong number = 0;
        bool isNumber = arguments.Count > 0 && arguments[0].Length is > 0 and <= 12;
        foreach (char c in isNumber ? arguments[0] : "")
        {
            isNumber &= c >= '0' && c < '0' + radix;
            number = (number * (uint)radix) + (uint)Math.Max(0, c - '0');
        }

        return isNumber && number <= most ? (uint)number : throw new SftpCommandException($"You must supply a numeric argument to the {Name} command.");
    }

    private static void Require(List<string> arguments, int count, string message)
    {
        if (arguments.Count < count)
        {
            throw new SftpCommandException(message);
        }
    }

    private static (string Flags, List<string> Arguments) ReadFlags(SftpCommandWord word, IReadOnlyList<string> words)
    {
        string flags = "";
        int at = 1;
        for (; at < words.Count && words[at].Length > 1 && words[at][0] == '-'; at++)
        {
            if (words[at] == "--")
            {
                at++;
                break;
            }

            foreach (char flag in words[at].AsSpan(1))
            {
                flags += word.Flags.Contains(flag, StringComparison.Ordinal)
                    ? flag.ToString(CultureInfo.InvariantCulture)
                    : throw new SftpCommandException($"{word.Name}: Invalid flag -{flag}");
            }
        }

        var arguments = new List<string>();
        for (; at < words.Count; at++)
        {
            arguments.Add(words[at]);
        }

        return (flags, arguments);
    }
}
