using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SshCore.Channels;

namespace SshCore.Cli.Unix;

/// <summary>
/// A terminal's settings, <c>struct termios</c> as bytes: its layout and its bits differ between Linux and macOS, which
/// <see cref="TerminalModeTable"/> knows.
/// </summary>
internal sealed unsafe class Termios
{
    private const int Size = 128;
    private const byte InputSpeedOpcode = 128;
    private const byte OutputSpeedOpcode = 129;
    private const int WhenDrained = 1;

    private readonly byte[] _bytes = new byte[Size];

    private Termios()
    {
    }

    /// <summary>The settings of a terminal.</summary>
    internal static Termios Read(SafeFileHandle terminal)
    {
        var settings = new Termios();
        fixed (byte* bytes = settings._bytes)
        {
            return Libc.TcGetAttr(terminal, bytes) == 0 ? settings : throw UnixException.Last("tcgetattr");
        }
    }

    /// <summary>Puts the settings into effect once pending output is out.</summary>
    internal void Write(SafeFileHandle terminal)
    {
        fixed (byte* bytes = _bytes)
        {
            while (Libc.TcSetAttr(terminal, WhenDrained, bytes) != 0)
            {
                if (Marshal.GetLastPInvokeError() != UnixConstants.Interrupted)
                {
                    throw UnixException.Last("tcsetattr");
                }
            }
        }
    }

    internal Termios Copy()
    {
        var copy = new Termios();
        _bytes.CopyTo(copy._bytes, 0);
        return copy;
    }

    /// <summary>Everything typed goes through unread, and nothing is echoed or rewritten.</summary>
    internal void MakeRaw()
    {
        foreach (byte opcode in (ReadOnlySpan<byte>)[33, 34, 35, 36, 37, 38, 39, 40, 50, 51, 53, 54, 55, 56, 59, 70])
        {
            Set(opcode, 0);
        }

        Set(30, 1); // IGNPAR
        _bytes[TerminalModeTable.CharactersOffset + TerminalModeTable.MinimumIndex] = 1;
        _bytes[TerminalModeTable.CharactersOffset + TerminalModeTable.TimeIndex] = 0;
    }

    /// <summary>Hides what is typed but keeps lines and signals, for a password.</summary>
    internal void HideInput()
    {
        foreach (byte opcode in (ReadOnlySpan<byte>)[53, 54, 55, 56])
        {
            Set(opcode, 0);
        }
    }

    /// <summary>Sets what an SSH peer asked for (RFC 4254 §8); what this system doesn't have is passed over.</summary>
    internal void Apply(TerminalModes modes)
    {
        foreach ((byte opcode, uint value) in modes.Modes)
        {
            Set(opcode, value);
        }
    }

    /// <summary>The settings as RFC 4254 §8 encodes them.</summary>
    internal TerminalModes ToModes()
    {
        var modes = new List<KeyValuePair<byte, uint>>();
        fixed (byte* bytes = _bytes)
        {
            modes.Add(new(OutputSpeedOpcode, TerminalSpeeds.ToBaud(Libc.GetOutputSpeed(bytes))));
            modes.Add(new(InputSpeedOpcode, TerminalSpeeds.ToBaud(Libc.GetInputSpeed(bytes))));
        }

        foreach (TerminalMode mode in TerminalModeTable.All)
        {
            modes.Add(new(mode.Opcode, Get(mode)));
        }

        return new TerminalModes(modes);
    }

    /// <summary>The value of one mode; null if this system doesn't have it.</summary>
    internal uint? this[byte opcode] => TerminalModeTable.TryFind(opcode, out TerminalMode mode) ? Get(mode) : null;

    /// <summary>c_iflag.</summary>
    internal ulong InputFlags => Flags(TerminalModeGroup.Input);

    private uint Get(TerminalMode mode)
    {
        if (mode.Group == TerminalModeGroup.Character)
        {
            byte character = _bytes[TerminalModeTable.CharactersOffset + (int)mode.Bits];
            return character == TerminalModeTable.Disabled ? 255u : character;
        }

        ulong flags = Flags(mode.Group);
        return mode.IsSize ? Is((flags & TerminalModeTable.SizeMask) == mode.Bits) : Is((flags & mode.Bits) != 0);
    }

    private void Set(byte opcode, uint value)
    {
        if (opcode is InputSpeedOpcode or OutputSpeedOpcode)
        {
            SetSpeed(opcode, value);
            return;
        }

        if (!TerminalModeTable.TryFind(opcode, out TerminalMode mode))
        {
            return;
        }

        if (mode.Group == TerminalModeGroup.Character)
        {
            // RFC 4254 §8: "255 if none".
            _bytes[TerminalModeTable.CharactersOffset + (int)mode.Bits] = value == 255 ? TerminalModeTable.Disabled : (byte)value;
            return;
        }

        ulong flags = Flags(mode.Group);
        if (mode.IsSize)
        {
            flags = value != 0 ? (flags & ~TerminalModeTable.SizeMask) | mode.Bits : flags;
        }
        else
        {
            flags = value != 0 ? flags | mode.Bits : flags & ~mode.Bits;
        }

        SetFlags(mode.Group, flags);
    }

    private void SetSpeed(byte opcode, uint baud)
    {
        if (TerminalSpeeds.TryFromBaud(baud, out nuint speed))
        {
            fixed (byte* bytes = _bytes)
            {
                _ = opcode == InputSpeedOpcode ? Libc.SetInputSpeed(bytes, speed) : Libc.SetOutputSpeed(bytes, speed);
            }
        }
    }

    private ulong Flags(TerminalModeGroup group)
    {
        int at = (int)group * TerminalModeTable.FlagSize;
        return UnixConstants.IsMac ? BitConverter.ToUInt64(_bytes, at) : BitConverter.ToUInt32(_bytes, at);
    }

    private void SetFlags(TerminalModeGroup group, ulong flags)
    {
        Span<byte> at = _bytes.AsSpan((int)group * TerminalModeTable.FlagSize);
        _ = UnixConstants.IsMac ? BitConverter.TryWriteBytes(at, flags) : BitConverter.TryWriteBytes(at, (uint)flags);
    }

    private static uint Is(bool condition) => condition ? 1u : 0u;
}
