using System.Globalization;
using SshCore.Sftp;

namespace SshCore.Cli.Sftp.Text;

/// <summary>A line as of <c>ls -l</c>.</summary>
internal static class LongListing
{
    private static readonly TimeSpan HalfYear = TimeSpan.FromDays(365) / 2;

    /// <summary>The line for one file; the number of links is not known over SFTP.</summary>
    internal static string Line(string name, in SftpAttributes attributes, string? user, string? group, bool scaled, DateTime now)
    {
        ulong size = attributes.Size ?? 0;
        string sizeText = scaled ? Scaled.Short(size).PadLeft(8) : size.ToString(CultureInfo.InvariantCulture).PadLeft(8);
        string owner = user ?? Number(attributes.UserId);
        string groupText = group ?? Number(attributes.GroupId);
        return $"{Mode(attributes.Permissions ?? 0)}    ? {owner,-8} {groupText,-8} {sizeText} {Time(attributes.ModifyTime, now)} {name}";
    }

    /// <summary><c>drwxr-xr-x</c>.</summary>
    internal static string Mode(uint mode)
    {
        Span<char> text = stackalloc char[10];
        text[0] = (SftpFileType)(mode & SftpAttributes.TypeMask) switch
        {
            SftpFileType.Directory => 'd',
            SftpFileType.SymbolicLink => 'l',
            SftpFileType.CharacterDevice => 'c',
            SftpFileType.BlockDevice => 'b',
            SftpFileType.Fifo => 'p',
            SftpFileType.Socket => 's',
            SftpFileType.Regular => '-',
            _ => '?',
        };
        for (int i = 0; i < 9; i++)
        {
            text[i + 1] = (mode & (0x100u >> i)) != 0 ? "rwx"[i % 3] : '-';
        }

        Special(ref text[3], (mode & 0x800) != 0, 's');
        Special(ref text[6], (mode & 0x400) != 0, 's');
        Special(ref text[9], (mode & 0x200) != 0, 't');
        return text.ToString();

        static void Special(ref char place, bool isSet, char letter) =>
            place = !isSet ? place : place == 'x' ? letter : char.ToUpperInvariant(letter);
    }

    /// <summary>The hour for the last half year, otherwise the year.</summary>
    internal static string Time(uint? seconds, DateTime now)
    {
        DateTime time = DateTime.UnixEpoch.AddSeconds(seconds ?? 0).ToLocalTime();
        bool recent = time <= now && now - time < HalfYear;
        return time.ToString("MMM ", CultureInfo.InvariantCulture) + time.Day.ToString(CultureInfo.InvariantCulture).PadLeft(2)
            + time.ToString(recent ? " HH:mm" : "  yyyy", CultureInfo.InvariantCulture);
    }

    private static string Number(uint? id) => id is { } number ? number.ToString(CultureInfo.InvariantCulture) : "?";
}
