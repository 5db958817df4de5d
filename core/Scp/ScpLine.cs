using System.Globalization;
using SshCore.Wire;

namespace SshCore.Scp;

/// <summary>The T, C and D lines, read and written.</summary>
internal static class ScpLine
{
    private const int Million = 1_000_000;

    /// <summary><c>C0644 123 name</c> or <c>D0755 0 name</c>, without the line feed. The name may be anything yet.</summary>
    public static bool TryReadEntry(ReadOnlySpan<byte> line, ScpTimes? times, out ScpEntry entry)
    {
        entry = new ScpEntry(default, 0, 0);
        int mode = 0;
        if (line.Length < 6)
        {
            return false;
        }

        for (int i = 1; i <= 4; i++)
        {
            if (line[i] is < (byte)'0' or > (byte)'7')
            {
                return false;
            }

            mode = (mode << 3) | (line[i] - (byte)'0');
        }

        int at = 5;
        if (!TrySkipBlank(line, ref at) || !TryReadNumber(line, ref at, long.MaxValue, out long size) || !TrySkipBlank(line, ref at))
        {
            return false;
        }

        entry = new ScpEntry(line.Slice(at).ToArray(), mode, size, times);
        return true;
    }

    /// <summary><c>T1183828267 0 1183828267 0</c>, without the line feed.</summary>
    public static bool TryReadTimes(ReadOnlySpan<byte> line, out ScpTimes times)
    {
        times = default;
        int at = 1;
        if (!TryReadNumber(line, ref at, long.MaxValue, out long modify) || !TrySkipBlank(line, ref at)
            || !TryReadNumber(line, ref at, Million - 1, out long modifyMicro) || !TrySkipBlank(line, ref at)
            || !TryReadNumber(line, ref at, long.MaxValue, out long access) || !TrySkipBlank(line, ref at)
            || !TryReadNumber(line, ref at, Million - 1, out long accessMicro) || at != line.Length)
        {
            return false;
        }

        times = new ScpTimes(modify, (int)modifyMicro, access, (int)accessMicro);
        return true;
    }

    public static byte[] Times(ScpTimes times) => Utf8.Bytes(string.Format(
        CultureInfo.InvariantCulture,
        "T{0} {1} {2} {3}\n",
        times.ModifySeconds,
        times.ModifyMicroseconds,
        times.AccessSeconds,
        times.AccessMicroseconds));

    /// <summary>The line for a file or directory. A line feed in the name is written as OpenSSH writes it: <c>\^J</c>.</summary>
    public static byte[] Entry(char kind, ScpEntry entry)
    {
        var line = new List<byte>(Utf8.Bytes($"{kind}{Octal(entry.Mode)} {entry.Size.ToString(CultureInfo.InvariantCulture)} "));
        foreach (byte b in entry.Name.Span)
        {
            if (b == (byte)'\n')
            {
                line.AddRange([(byte)'\\', (byte)'^', (byte)'J']);
            }
            else
            {
                line.Add(b);
            }
        }

        line.Add((byte)'\n');
        return line.ToArray();
    }

    private static string Octal(int mode) => Convert.ToString(mode & 0xFFF, 8).PadLeft(4, '0');

    private static bool TrySkipBlank(ReadOnlySpan<byte> line, ref int at)
    {
        bool isBlank = at < line.Length && line[at] == (byte)' ';
        at += isBlank ? 1 : 0;
        return isBlank;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> line, ref int at, long most, out long number)
    {
        number = 0;
        int start = at;
        for (; at < line.Length && line[at] is >= (byte)'0' and <= (byte)'9'; at++)
        {
            int digit = line[at] - (byte)'0';
            if (number > (most - digit) / 10)
            {
                return false;
            }

            number = (number * 10) + digit;
        }

        return at > start;
    }
}
