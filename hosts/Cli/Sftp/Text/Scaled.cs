using System.Globalization;

namespace SshCore.Cli.Sftp.Text;

/// <summary>Numbers of bytes as people read them, in powers of 1024.</summary>
internal static class Scaled
{
    private const string Units = "BKMGTPE";

    /// <summary><c>512B</c>, <c>1.5K</c>, <c>120M</c>: at most three digits, one of them behind the point below 100.</summary>
    internal static string Short(ulong bytes)
    {
        int unit = 0;
        while (unit < Units.Length - 1 && bytes >> (10 * unit) >= 1024)
        {
            unit++;
        }

        ulong whole = bytes >> (10 * unit);
        UInt128 rest = bytes - (whole << (10 * unit));
        ulong tenths = unit == 0 ? 0 : (ulong)(((rest * 10) + (UInt128.One << ((10 * unit) - 1))) >> (10 * unit));
        if (tenths == 10)
        {
            whole++;
            tenths = 0;
        }

        if (unit > 0 && whole < 100)
        {
            return string.Create(CultureInfo.InvariantCulture, $"{whole}.{tenths}{Units[unit]}");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(tenths >= 5 ? whole + 1 : whole)}{Units[unit]}");
    }

    /// <summary>The amount in a progress line: six columns such as <c>  12KB</c>.</summary>
    internal static string Amount(long bytes)
    {
        int unit = 0;
        while (bytes >= 1000 && unit < 4)
        {
            bytes = (bytes / 1024) + (bytes % 1024 >= 512 ? 1 : 0);
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{bytes,4}{(unit == 0 ? " B" : Units[unit] + "B")}");
    }

    /// <summary>The rate in a progress line, of bytes a second: seven columns such as <c>  1.2MB</c>.</summary>
    internal static string Rate(long bytes)
    {
        long hundredths = bytes > long.MaxValue / 200 ? long.MaxValue / 2 : bytes * 100;
        int unit = 0;
        while ((hundredths >= 100 * 1000 || unit == 0) && unit < 4)
        {
            hundredths = (hundredths + 512) / 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{(hundredths + 5) / 100,3}.{(hundredths + 5) / 10 % 10}{Units[unit]}B");
    }
}
