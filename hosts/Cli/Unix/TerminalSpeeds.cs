namespace SshCore.Cli.Unix;

/// <summary>Terminal speeds: bits per second on the wire and on macOS, code numbers on Linux.</summary>
internal static class TerminalSpeeds
{
    private static readonly (uint Baud, ushort Code)[] Linux =
    [
        (50, 1), (75, 2), (110, 3), (134, 4), (150, 5), (200, 6), (300, 7), (600, 8), (1200, 9), (1800, 10),
        (2400, 11), (4800, 12), (9600, 13), (19200, 14), (38400, 15), (57600, 0x1001), (115200, 0x1002), (230400, 0x1003),
        (460800, 0x1004), (500000, 0x1005), (576000, 0x1006), (921600, 0x1007), (1000000, 0x1008), (1152000, 0x1009),
        (1500000, 0x100a), (2000000, 0x100b), (2500000, 0x100c), (3000000, 0x100d), (3500000, 0x100e), (4000000, 0x100f),
    ];

    private static readonly Lazy<bool> Plain = new(ProbePlain);

    /// <summary>Bits per second of a C library speed; an unknown one counts as 9600.</summary>
    internal static uint ToBaud(nuint speed)
    {
        if (Plain.Value)
        {
            return (uint)speed;
        }

        foreach ((uint baud, ushort code) in Linux)
        {
            if (code == speed)
            {
                return baud;
            }
        }

        return 9600;
    }

    /// <summary>The C library's speed for bits per second; false if there is none such.</summary>
    internal static bool TryFromBaud(uint baud, out nuint speed)
    {
        speed = baud;
        if (baud == 0)
        {
            return false; // B0 hangs the line up
        }

        if (Plain.Value)
        {
            return true;
        }

        foreach ((uint known, ushort code) in Linux)
        {
            if (known == baud)
            {
                speed = code;
                return true;
            }
        }

        return false;
    }

    /// <summary>
    /// Whether speeds are plain numbers: on macOS, and in glibc since 2.42, where code 13 no longer means 9600 and so
    /// doesn't show up in the flags as it did.
    /// </summary>
    private static unsafe bool ProbePlain()
    {
        if (UnixConstants.IsMac)
        {
            return true;
        }

        byte* scratch = stackalloc byte[128];
        new Span<byte>(scratch, 128).Clear();
        const uint code = 13;
        return Libc.SetOutputSpeed(scratch, code) != 0 || (((uint*)scratch)[2] & 0x100f) != code;
    }
}
