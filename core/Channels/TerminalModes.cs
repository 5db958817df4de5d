using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>Encoded terminal modes (RFC 4254 §8): pairs of an opcode and a 32-bit argument.</summary>
public sealed class TerminalModes
{
    private const byte End = 0;
    private readonly List<KeyValuePair<byte, uint>> _modes = [];

    /// <summary>No modes.</summary>
    public static TerminalModes Empty { get; } = new([]);

    /// <summary>Modes in the order given. Opcodes are 1 to 159.</summary>
    /// <exception cref="ArgumentOutOfRangeException">An opcode is 0 or above 159.</exception>
    public TerminalModes(IEnumerable<KeyValuePair<byte, uint>> modes)
    {
        foreach (var mode in modes)
        {
            if (mode.Key is End or >= 160)
            {
                throw new ArgumentOutOfRangeException(nameof(modes), mode.Key, "Terminal mode opcodes are 1 to 159.");
            }

            _modes.Add(mode);
        }
    }

    /// <summary>The pairs.</summary>
    public IReadOnlyList<KeyValuePair<byte, uint>> Modes => _modes;

    /// <summary>The argument of a mode; the last one if it is given twice. False if it is absent.</summary>
    public bool TryGetValue(TerminalMode mode, out uint value)
    {
        for (int i = _modes.Count - 1; i >= 0; i--)
        {
            if (_modes[i].Key == (byte)mode)
            {
                value = _modes[i].Value;
                return true;
            }
        }

        value = 0;
        return false;
    }

    /// <summary>The bytes for pty-req, TTY_OP_END included.</summary>
    public byte[] Encode()
    {
        using var writer = new SshWriter(_modes.Count * 5 + 1);
        foreach (var mode in _modes)
        {
            writer.WriteByte(mode.Key);
            writer.WriteUInt32(mode.Value);
        }

        writer.WriteByte(End);
        return writer.ToArray();
    }

    /// <summary>
    /// Reads encoded modes. "Opcodes 160 to 255 are not yet defined, and cause parsing to stop (they should only be used
    /// after any other data)"; a truncated argument is malformed. An empty string, as some clients send, has no modes.
    /// </summary>
    public static bool TryDecode(ReadOnlySpan<byte> bytes, out TerminalModes modes)
    {
        var pairs = new List<KeyValuePair<byte, uint>>();
        var reader = new SshReader(bytes);
        while (!reader.Remaining.IsEmpty && reader.ReadByte() is var opcode and not End && opcode < 160)
        {
            pairs.Add(new(opcode, reader.ReadUInt32()));
        }

        modes = reader.Failed ? Empty : new TerminalModes(pairs);
        return !reader.Failed;
    }
}
