namespace SshCore.Cli.Ssh;

/// <summary>What an escape sequence in the typed text asks for.</summary>
internal enum EscapeCommand
{
    None,
    Disconnect,
    Suspend,
    Break,
    Rekey,
    Help,
}

/// <summary>
/// Finds the escape character at the beginning of a line and what follows it (ssh(1), ESCAPE CHARACTERS). Keeps its state
/// between chunks.
/// </summary>
internal sealed class EscapeFilter
{
    private readonly byte _escape;
    private bool _lineBegins = true;
    private bool _escaped;

    internal EscapeFilter(char escape) => _escape = (byte)escape;

    /// <summary>
    /// Takes typed bytes up to the next command. What is to be sent lands in <paramref name="output"/>, which has room for
    /// one byte more than <paramref name="input"/> has.
    /// </summary>
    /// <returns>Bytes taken from the input and put into the output, and the command that comes after those.</returns>
    internal (int Taken, int Put, EscapeCommand Command) Take(ReadOnlySpan<byte> input, Span<byte> output)
    {
        int put = 0;
        for (int i = 0; i < input.Length; i++)
        {
            byte b = input[i];
            if (_escaped)
            {
                _escaped = false;
                EscapeCommand command = Command(b);
                if (command != EscapeCommand.None)
                {
                    _lineBegins = true;
                    return (i + 1, put, command);
                }

                // Twice the character is itself; anything else goes through together with it.
                output[put++] = _escape;
                if (b == _escape)
                {
                    _lineBegins = false;
                    continue;
                }
            }
            else if (_lineBegins && b == _escape)
            {
                _escaped = true;
                continue;
            }

            output[put++] = b;
            _lineBegins = b is (byte)'\r' or (byte)'\n';
        }

        return (input.Length, put, EscapeCommand.None);
    }

    private static EscapeCommand Command(byte b) => b switch
    {
        (byte)'.' => EscapeCommand.Disconnect,
        0x1a => EscapeCommand.Suspend,
        (byte)'B' => EscapeCommand.Break,
        (byte)'R' => EscapeCommand.Rekey,
        (byte)'?' => EscapeCommand.Help,
        _ => EscapeCommand.None,
    };
}
