namespace SshCore.Scp;

/// <summary>A file or directory as a C or D line names it.</summary>
/// <param name="Name">One name without slash, not <c>.</c> or <c>..</c>, as bytes: no character set is agreed on.</param>
/// <param name="Mode">Permission bits with set-user-id, set-group-id and sticky: 0 to 4095 (octal 7777).</param>
/// <param name="Size">Bytes of a file; 0 for a directory.</param>
/// <param name="Times">Its times if they are to be kept; otherwise null.</param>
public sealed record ScpEntry(ReadOnlyMemory<byte> Name, int Mode, long Size, ScpTimes? Times = null)
{
    /// <summary>Whether a name is one that may stand in a line: not empty, no slash, no NUL, not <c>.</c> or <c>..</c>.</summary>
    public static bool IsName(ReadOnlySpan<byte> name) =>
        name.Length > 0 && name.IndexOf((byte)'/') < 0 && name.IndexOf((byte)0) < 0 && !name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8);
}

/// <summary>The times of a T line.</summary>
/// <param name="ModifySeconds">Last change of content, seconds since 1970-01-01 UTC; not negative.</param>
/// <param name="ModifyMicroseconds">Microseconds to add, below 1,000,000.</param>
/// <param name="AccessSeconds">Last access, seconds since 1970-01-01 UTC; not negative.</param>
/// <param name="AccessMicroseconds">Microseconds to add, below 1,000,000.</param>
public readonly record struct ScpTimes(long ModifySeconds, int ModifyMicroseconds, long AccessSeconds, int AccessMicroseconds);
