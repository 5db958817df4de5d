using System.Globalization;
using System.Text;
using SshCore.Wire;

namespace SshCore.Sftp;

/// <summary>The line of a file in a listing, as <c>ls -l</c> writes it and draft-ietf-secsh-filexfer-02 §7 recommends it.</summary>
public static class SftpLongName
{
    private const long HalfYear = 365L * 24 * 60 * 60 / 2;
    private const string Months = "JanFebMarAprMayJunJulAugSepOctNovDec";

    /// <summary>
    /// Writes the line: mode, links, user, group, size, time of change and the name's own bytes. The time is shown with the year when it is
    /// in the future or more than half a year back.
    /// </summary>
    /// <param name="name">The name at the end of the line.</param>
    /// <param name="attributes">What is known; a missing owner is "?", a missing size or time 0.</param>
    /// <param name="now">Seconds since 1970-01-01 UTC.</param>
    /// <param name="user">The owner's name; null or empty for the number.</param>
    /// <param name="group">The group's name; null or empty for the number.</param>
    /// <param name="links">Number of names the file has; version 3 does not carry it.</param>
    /// <param name="utcOffset">Seconds the shown time is ahead of UTC.</param>
    public static SftpPath Format(SftpPath name, in SftpAttributes attributes, long now, string? user = null, string? group = null, uint links = 1, int utcOffset = 0)
    {
        var line = new StringBuilder(64);
        AppendMode(line, attributes.Permissions);
        Append(line, links.ToString(CultureInfo.InvariantCulture), 4, left: false);
        line.Append(' ');
        Append(line, Owner(user, attributes.UserId), 8, left: true);
        line.Append(' ');
        Append(line, Owner(group, attributes.GroupId), 8, left: true);
        line.Append(' ');
        Append(line, (attributes.Size ?? 0).ToString(CultureInfo.InvariantCulture), 8, left: false);
        line.Append(' ');
        AppendTime(line, attributes.ModifyTime ?? 0, now, utcOffset);
        line.Append(' ');

        // The name is bytes: it goes behind the text as it is.
        var head = Utf8.Bytes(line.ToString());
        var whole = new byte[head.Length + name.Length];
        head.CopyTo(whole, 0);
        name.Span.CopyTo(whole.AsSpan(head.Length));
        return new(whole);
    }

    private static string Owner(string? name, uint? number) =>
        !string.IsNullOrEmpty(name) ? name! : number?.ToString(CultureInfo.InvariantCulture) ?? "?";

    private static void AppendMode(StringBuilder line, uint? permissions)
    {
        if (permissions is not { } mode)
        {
            line.Append("?---------");
            return;
        }

        line.Append((SftpFileType)(mode & SftpAttributes.TypeMask) switch
        {
            SftpFileType.Regular => '-',
            SftpFileType.Directory => 'd',
            SftpFileType.SymbolicLink => 'l',
            SftpFileType.Fifo => 'p',
            SftpFileType.Socket => 's',
            SftpFileType.CharacterDevice => 'c',
            SftpFileType.BlockDevice => 'b',
            _ => '?',
        });
        AppendTriple(line, mode >> 6, (mode & 0x800) != 0, 's');
        AppendTriple(line, mode >> 3, (mode & 0x400) != 0, 's');
        AppendTriple(line, mode, (mode & 0x200) != 0, 't');
    }

    private static void AppendTriple(StringBuilder line, uint bits, bool special, char mark)
    {
        line.Append((bits & 4) != 0 ? 'r' : '-');
        line.Append((bits & 2) != 0 ? 'w' : '-');
        bool executable = (bits & 1) != 0;
        line.Append(special ? (executable ? mark : char.ToUpperInvariant(mark)) : executable ? 'x' : '-');
    }

    private static void AppendTime(StringBuilder line, uint time, long now, int utcOffset)
    {
        var shown = new DateTime(1970, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddSeconds((double)time + utcOffset);
        line.Append(Months, (shown.Month - 1) * 3, 3).Append(' ');
        Append(line, shown.Day.ToString(CultureInfo.InvariantCulture), 2, left: false);
        line.Append(' ');
        line.Append(time > now || now - time > HalfYear
            ? shown.Year.ToString(CultureInfo.InvariantCulture).PadLeft(5)
            : shown.ToString("HH:mm", CultureInfo.InvariantCulture));
    }

    private static void Append(StringBuilder line, string text, int width, bool left)
    {
        if (!left)
        {
            line.Append(' ', Math.Max(0, width - text.Length));
        }

        line.Append(text);
        if (left)
        {
            line.Append(' ', Math.Max(0, width - text.Length));
        }
    }
}
