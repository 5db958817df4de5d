using System.Runtime.InteropServices;

namespace SshCore.Cli.Unix;

/// <summary>Signals by the names of RFC 4254 §6.10 and by their numbers on this system.</summary>
internal static class SignalNames
{
    internal const int HangUp = 1;
    internal const int Interrupt = 2;
    internal const int Kill = 9;
    internal const int Terminate = 15;

    /// <summary>Whether a signal is ignored, because our parent has set it so and nothing here has changed it.</summary>
    internal static unsafe bool IsIgnored(PosixSignal signal)
    {
        int number = signal switch
        {
            PosixSignal.SIGHUP => HangUp,
            PosixSignal.SIGINT => Interrupt,
            PosixSignal.SIGQUIT => 3,
            PosixSignal.SIGTERM => Terminate,
            _ => throw new ArgumentOutOfRangeException(nameof(signal)),
        };

        // struct sigaction begins with the handler everywhere; it takes 152 bytes in glibc and less elsewhere.
        const int ignored = 1;
        byte* action = stackalloc byte[512];
        return Libc.SignalAction(number, null, action) == 0 && *(nint*)action == ignored;
    }

    /// <summary>SIGTSTP.</summary>
    internal static int TerminalStop => OperatingSystem.IsMacOS() ? 18 : 20;

    /// <summary>The domain of names that the RFC does not list: "Additional 'signal name' values MAY be sent in the format 'sig-name@xyz'".</summary>
    private const string Domain = "@sshcore";

    private static readonly (string Name, int Number)[] Standard =
    [
        ("ABRT", 6), ("ALRM", 14), ("FPE", 8), ("HUP", HangUp), ("ILL", 4), ("INT", Interrupt), ("KILL", Kill), ("PIPE", 13),
        ("QUIT", 3), ("SEGV", 11), ("TERM", Terminate), ("USR1", OperatingSystem.IsMacOS() ? 30 : 10), ("USR2", OperatingSystem.IsMacOS() ? 31 : 12),
    ];

    private static readonly (string Name, int Number)[] Further = OperatingSystem.IsMacOS()
        ? [("TRAP", 5), ("EMT", 7), ("BUS", 10), ("SYS", 12), ("STOP", 17), ("XCPU", 24), ("XFSZ", 25), ("VTALRM", 26), ("PROF", 27)]
        : [("TRAP", 5), ("BUS", 7), ("STKFLT", 16), ("STOP", 19), ("XCPU", 24), ("XFSZ", 25), ("VTALRM", 26), ("PROF", 27), ("IO", 29), ("PWR", 30), ("SYS", 31)];

    /// <summary>The name to send for a signal that ended a process.</summary>
    internal static string For(int number)
    {
        foreach ((string name, int known) in Standard)
        {
            if (known == number)
            {
                return name;
            }
        }

        foreach ((string name, int known) in Further)
        {
            if (known == number)
            {
                return name + Domain;
            }
        }

        return "SIG" + number.ToString(System.Globalization.CultureInfo.InvariantCulture) + Domain;
    }

    /// <summary>The number of a signal a peer names. Only the RFC's names: a peer can stop or dump a process by no other one.</summary>
    internal static bool TryParse(string name, out int number)
    {
        foreach ((string known, int value) in Standard)
        {
            if (string.Equals(known, name, StringComparison.Ordinal))
            {
                number = value;
                return true;
            }
        }

        number = 0;
        return false;
    }
}
