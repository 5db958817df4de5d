using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>What reading a channel request gave.</summary>
internal enum RequestReading
{
    /// <summary>The type is none of those read here.</summary>
    Unknown,

    /// <summary>Well-formed, and its values may be acted on.</summary>
    Valid,

    /// <summary>Well-formed, but a value is out of bounds: answered with CHANNEL_FAILURE.</summary>
    Refused,

    /// <summary>The bytes do not parse.</summary>
    Malformed,
}

/// <summary>Reads what a client may ask of a session (RFC 4254 §6, RFC 4335) and checks every value.</summary>
internal static class SessionRequestReader
{
    /// <summary>Largest width or height: the numbers that the terminal interfaces of systems hold.</summary>
    private const uint LargestTerminalSide = 65535;

    public static RequestReading Read(string type, bool wantReply, ref SshReader reader, SshLimits limits, out ChannelRequest? request)
    {
        bool valid = true;
        request = null;
        switch (type)
        {
            case "pty-req":
                valid = ReadPty(ref reader, wantReply, limits, out request);
                break;
            case "env":
                valid = ReadEnv(ref reader, wantReply, limits, out request);
                break;
            case "shell":
                request = new ShellRequest { WantReply = wantReply };
                break;
            case "exec":
                var command = reader.ReadString();
                valid = command.Length <= limits.CommandLength && command.IndexOf((byte)0) < 0;
                request = valid ? new ExecRequest(command.ToArray()) { WantReply = wantReply } : null;
                break;
            case "subsystem":
                valid = TryText(reader.ReadString(), limits.CommandLength, out string name) && name.Length > 0;
                request = new SubsystemRequest(name) { WantReply = wantReply };
                break;
            case "window-change":
                valid = ReadSize(ref reader, out var size);
                request = new WindowChangeRequest(size) { WantReply = wantReply };
                break;
            case "signal":
                valid = TrySignalName(reader.ReadString(), limits, out string signal);
                request = new SignalRequest(signal) { WantReply = wantReply };
                break;
            case "break":
                request = new BreakRequest(reader.ReadUInt32()) { WantReply = wantReply };
                break;
            default:
                return RequestReading.Unknown;
        }

        return !reader.IsComplete ? RequestReading.Malformed : valid ? RequestReading.Valid : RequestReading.Refused;
    }

    /// <summary>A signal name: letters and digits, or a private one with @ and a domain (RFC 4254 §6.10).</summary>
    public static bool TrySignalName(ReadOnlySpan<byte> bytes, SshLimits limits, out string name)
    {
        name = "";
        if (bytes.IsEmpty || bytes.Length > limits.NameLength)
        {
            return false;
        }

        foreach (byte b in bytes)
        {
            if (b is not ((>= (byte)'A' and <= (byte)'Z') or (>= (byte)'a' and <= (byte)'z') or (>= (byte)'0' and <= (byte)'9')
                or (byte)'@' or (byte)'.' or (byte)'-' or (byte)'_' or (byte)'+'))
            {
                return false;
            }
        }

        name = Utf8.Ascii(bytes);
        return true;
    }

    // string TERM, uint32 columns, rows, pixel width, pixel height, string encoded modes
    private static bool ReadPty(ref SshReader reader, bool wantReply, SshLimits limits, out ChannelRequest request)
    {
        bool valid = TryText(reader.ReadString(), limits.TerminalNameLength, out string terminal);
        valid &= ReadSize(ref reader, out var size);
        var encoded = reader.ReadString();
        var modes = TerminalModes.Empty;
        valid = valid && encoded.Length <= limits.TerminalModesLength && TerminalModes.TryDecode(encoded, out modes);
        request = new PtyRequest(terminal, size, modes) { WantReply = wantReply };
        return valid;
    }

    // string name, string value
    private static bool ReadEnv(ref SshReader reader, bool wantReply, SshLimits limits, out ChannelRequest? request)
    {
        request = null;
        var nameBytes = reader.ReadString();
        var valueBytes = reader.ReadString();
        if ((long)nameBytes.Length + valueBytes.Length > limits.EnvironmentBytes || nameBytes.IsEmpty
            || nameBytes.IndexOf((byte)'=') >= 0 || nameBytes.IndexOf((byte)0) >= 0 || valueBytes.IndexOf((byte)0) >= 0
            || !Utf8.TryDecode(nameBytes, out string name) || !Utf8.TryDecode(valueBytes, out string value))
        {
            return false;
        }

        request = new EnvRequest(name, value) { WantReply = wantReply };
        return true;
    }

    private static bool ReadSize(ref SshReader reader, out PtySize size)
    {
        size = new PtySize(reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32());
        return size is { Columns: <= LargestTerminalSide, Rows: <= LargestTerminalSide, PixelWidth: <= LargestTerminalSide, PixelHeight: <= LargestTerminalSide };
    }

    private static bool TryText(ReadOnlySpan<byte> bytes, int maxLength, out string text)
    {
        text = "";
        if (bytes.Length > maxLength)
        {
            return false;
        }

        foreach (byte b in bytes)
        {
            if (b is < 0x20 or 0x7f)
            {
                return false;
            }
        }

        return Utf8.TryDecode(bytes, out text);
    }
}
