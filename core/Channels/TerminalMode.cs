namespace SshCore.Channels;

/// <summary>Opcodes of terminal modes by their names in RFC 4254 §8. Characters have the value 255 when they are unset, flags are 0 or 1.</summary>
public enum TerminalMode : byte
{
    /// <summary>Interrupt character.</summary>
    VINTR = 1,
    /// <summary>Quit character.</summary>
    VQUIT = 2,
    /// <summary>Erases the character before the cursor.</summary>
    VERASE = 3,
    /// <summary>Kills the current line.</summary>
    VKILL = 4,
    /// <summary>End-of-file character.</summary>
    VEOF = 5,
    /// <summary>End-of-line character.</summary>
    VEOL = 6,
    /// <summary>Additional end-of-line character.</summary>
    VEOL2 = 7,
    /// <summary>Continues paused output.</summary>
    VSTART = 8,
    /// <summary>Pauses output.</summary>
    VSTOP = 9,
    /// <summary>Suspends the program.</summary>
    VSUSP = 10,
    /// <summary>Another suspend character.</summary>
    VDSUSP = 11,
    /// <summary>Reprints the line.</summary>
    VREPRINT = 12,
    /// <summary>Erases a word.</summary>
    VWERASE = 13,
    /// <summary>Enters the next character literally.</summary>
    VLNEXT = 14,
    /// <summary>Flushes output.</summary>
    VFLUSH = 15,
    /// <summary>Switches the shell layer.</summary>
    VSWTCH = 16,
    /// <summary>Prints system status.</summary>
    VSTATUS = 17,
    /// <summary>Toggles flushing of output.</summary>
    VDISCARD = 18,
    /// <summary>Ignores parity errors.</summary>
    IGNPAR = 30,
    /// <summary>Marks parity and framing errors.</summary>
    PARMRK = 31,
    /// <summary>Checks parity.</summary>
    INPCK = 32,
    /// <summary>Strips the eighth bit.</summary>
    ISTRIP = 33,
    /// <summary>Maps NL to CR on input.</summary>
    INLCR = 34,
    /// <summary>Ignores CR on input.</summary>
    IGNCR = 35,
    /// <summary>Maps CR to NL on input.</summary>
    ICRNL = 36,
    /// <summary>Maps upper to lower case on input.</summary>
    IUCLC = 37,
    /// <summary>Output flow control.</summary>
    IXON = 38,
    /// <summary>Any character restarts output.</summary>
    IXANY = 39,
    /// <summary>Input flow control.</summary>
    IXOFF = 40,
    /// <summary>Rings the bell when the input queue is full.</summary>
    IMAXBEL = 41,
    /// <summary>Input is UTF-8 (RFC 8160).</summary>
    IUTF8 = 42,
    /// <summary>Signal characters act.</summary>
    ISIG = 50,
    /// <summary>Lines are edited before they are read.</summary>
    ICANON = 51,
    /// <summary>Upper case by a backslash.</summary>
    XCASE = 52,
    /// <summary>Echo.</summary>
    ECHO = 53,
    /// <summary>Erases visibly.</summary>
    ECHOE = 54,
    /// <summary>Kills visibly.</summary>
    ECHOK = 55,
    /// <summary>Echoes NL even without ECHO.</summary>
    ECHONL = 56,
    /// <summary>No flush after a signal.</summary>
    NOFLSH = 57,
    /// <summary>Stops background jobs that write.</summary>
    TOSTOP = 58,
    /// <summary>Extensions.</summary>
    IEXTEN = 59,
    /// <summary>Echoes control characters as ^X.</summary>
    ECHOCTL = 60,
    /// <summary>Kills by erasing each character.</summary>
    ECHOKE = 61,
    /// <summary>Retypes pending input.</summary>
    PENDIN = 62,
    /// <summary>Processes output.</summary>
    OPOST = 70,
    /// <summary>Maps lower to upper case on output.</summary>
    OLCUC = 71,
    /// <summary>Maps NL to CR NL.</summary>
    ONLCR = 72,
    /// <summary>Maps CR to NL on output.</summary>
    OCRNL = 73,
    /// <summary>Maps NL to CR NL in column 0.</summary>
    ONOCR = 74,
    /// <summary>NL does a carriage return.</summary>
    ONLRET = 75,
    /// <summary>Seven-bit characters.</summary>
    CS7 = 90,
    /// <summary>Eight-bit characters.</summary>
    CS8 = 91,
    /// <summary>Parity.</summary>
    PARENB = 92,
    /// <summary>Odd parity.</summary>
    PARODD = 93,
    /// <summary>Input speed in bits per second (TTY_OP_ISPEED).</summary>
    ISPEED = 128,
    /// <summary>Output speed in bits per second (TTY_OP_OSPEED).</summary>
    OSPEED = 129,
}
