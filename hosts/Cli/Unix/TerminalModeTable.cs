namespace SshCore.Cli.Unix;

/// <summary>Where in <c>struct termios</c> a mode is; the flags' values are their order there.</summary>
internal enum TerminalModeGroup
{
    Input = 0,
    Output = 1,
    Control = 2,
    Local = 3,
    Character = 4,
}

/// <summary>One mode of RFC 4254 §8 on this system.</summary>
/// <param name="Opcode">Its number on the wire.</param>
/// <param name="Group">Where it is kept.</param>
/// <param name="Bits">Its bit, or for a character its index.</param>
internal readonly record struct TerminalMode(byte Opcode, TerminalModeGroup Group, ulong Bits)
{
    /// <summary>CS7 and CS8 are values of one field, not bits.</summary>
    internal bool IsSize => Opcode is 90 or 91;
}

/// <summary>The opcodes of RFC 4254 §8 and RFC 8160, and what they are in the C library here.</summary>
internal static class TerminalModeTable
{
    private const ulong No = ulong.MaxValue;
    private static readonly TerminalMode[] Modes = Build();
    private static readonly bool Mac = UnixConstants.IsMac;

    /// <summary>The modes that this system has, by opcode.</summary>
    internal static IReadOnlyList<TerminalMode> All => Modes;

    internal static int FlagSize => Mac ? 8 : 4;

    /// <summary>Four flag words; on Linux the line discipline's byte follows them.</summary>
    internal static int CharactersOffset => Mac ? 32 : 17;

    internal static int MinimumIndex => Mac ? 16 : 6;

    internal static int TimeIndex => Mac ? 17 : 5;

    internal static ulong SizeMask => Mac ? 0x300u : 0x30u;

    /// <summary>_POSIX_VDISABLE.</summary>
    internal static byte Disabled => Mac ? (byte)255 : (byte)0;

    internal static bool TryFind(byte opcode, out TerminalMode found)
    {
        foreach (TerminalMode mode in Modes)
        {
            if (mode.Opcode == opcode)
            {
                found = mode;
                return true;
            }
        }

        found = default;
        return false;
    }

    private static TerminalMode[] Build()
    {
        var modes = new List<TerminalMode>(64);
        void Add(byte opcode, TerminalModeGroup group, ulong linux, ulong mac)
        {
            ulong bits = UnixConstants.IsMac ? mac : linux;
            if (bits != No)
            {
                modes.Add(new TerminalMode(opcode, group, bits));
            }
        }

        Add(1, TerminalModeGroup.Character, 0, 8); // VINTR
        Add(2, TerminalModeGroup.Character, 1, 9); // VQUIT
        Add(3, TerminalModeGroup.Character, 2, 3); // VERASE
        Add(4, TerminalModeGroup.Character, 3, 5); // VKILL
        Add(5, TerminalModeGroup.Character, 4, 0); // VEOF
        Add(6, TerminalModeGroup.Character, 11, 1); // VEOL
        Add(7, TerminalModeGroup.Character, 16, 2); // VEOL2
        Add(8, TerminalModeGroup.Character, 8, 12); // VSTART
        Add(9, TerminalModeGroup.Character, 9, 13); // VSTOP
        Add(10, TerminalModeGroup.Character, 10, 10); // VSUSP
        Add(11, TerminalModeGroup.Character, No, 11); // VDSUSP
        Add(12, TerminalModeGroup.Character, 12, 6); // VREPRINT
        Add(13, TerminalModeGroup.Character, 14, 4); // VWERASE
        Add(14, TerminalModeGroup.Character, 15, 14); // VLNEXT
        Add(16, TerminalModeGroup.Character, 7, No); // VSWTCH
        Add(17, TerminalModeGroup.Character, No, 18); // VSTATUS
        Add(18, TerminalModeGroup.Character, 13, 15); // VDISCARD
        Add(30, TerminalModeGroup.Input, 0x4, 0x4); // IGNPAR
        Add(31, TerminalModeGroup.Input, 0x8, 0x8); // PARMRK
        Add(32, TerminalModeGroup.Input, 0x10, 0x10); // INPCK
        Add(33, TerminalModeGroup.Input, 0x20, 0x20); // ISTRIP
        Add(34, TerminalModeGroup.Input, 0x40, 0x40); // INLCR
        Add(35, TerminalModeGroup.Input, 0x80, 0x80); // IGNCR
        Add(36, TerminalModeGroup.Input, 0x100, 0x100); // ICRNL
        Add(37, TerminalModeGroup.Input, 0x200, No); // IUCLC
        Add(38, TerminalModeGroup.Input, 0x400, 0x200); // IXON
        Add(39, TerminalModeGroup.Input, 0x800, 0x800); // IXANY
        Add(40, TerminalModeGroup.Input, 0x1000, 0x400); // IXOFF
        Add(41, TerminalModeGroup.Input, 0x2000, 0x2000); // IMAXBEL
        Add(42, TerminalModeGroup.Input, 0x4000, 0x4000); // IUTF8
        Add(50, TerminalModeGroup.Local, 0x1, 0x80); // ISIG
        Add(51, TerminalModeGroup.Local, 0x2, 0x100); // ICANON
        Add(52, TerminalModeGroup.Local, 0x4, No); // XCASE
        Add(53, TerminalModeGroup.Local, 0x8, 0x8); // ECHO
        Add(54, TerminalModeGroup.Local, 0x10, 0x2); // ECHOE
        Add(55, TerminalModeGroup.Local, 0x20, 0x4); // ECHOK
        Add(56, TerminalModeGroup.Local, 0x40, 0x10); // ECHONL
        Add(57, TerminalModeGroup.Local, 0x80, 0x80000000); // NOFLSH
        Add(58, TerminalModeGroup.Local, 0x100, 0x400000); // TOSTOP
        Add(59, TerminalModeGroup.Local, 0x8000, 0x400); // IEXTEN
        Add(60, TerminalModeGroup.Local, 0x200, 0x40); // ECHOCTL
        Add(61, TerminalModeGroup.Local, 0x800, 0x1); // ECHOKE
        Add(62, TerminalModeGroup.Local, 0x4000, 0x20000000); // PENDIN
        Add(70, TerminalModeGroup.Output, 0x1, 0x1); // OPOST
        Add(71, TerminalModeGroup.Output, 0x2, No); // OLCUC
        Add(72, TerminalModeGroup.Output, 0x4, 0x2); // ONLCR
        Add(73, TerminalModeGroup.Output, 0x8, 0x10); // OCRNL
        Add(74, TerminalModeGroup.Output, 0x10, 0x20); // ONOCR
        Add(75, TerminalModeGroup.Output, 0x20, 0x40); // ONLRET
        Add(90, TerminalModeGroup.Control, 0x20, 0x200); // CS7
        Add(91, TerminalModeGroup.Control, 0x30, 0x300); // CS8
        Add(92, TerminalModeGroup.Control, 0x100, 0x1000); // PARENB
        Add(93, TerminalModeGroup.Control, 0x200, 0x2000); // PARODD
        return [.. modes];
    }
}
