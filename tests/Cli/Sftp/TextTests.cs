using NUnit.Framework;
using SshCore.Cli.Sftp.Text;
using SshCore.Sftp;

namespace SshCore.Tests.Cli.Sftp;

public sealed class TextTests
{
    [Test]
    public void Bytes_of_all_kinds_come_back()
    {
        byte[] bytes = [.. "aäé€😀\n"u8, 0xFF, 0xC3, 0x28, 0xE2, 0x82, 0x80, 0xED, 0xA0, 0x80, 0x00];
        Assert.That(ByteText.ToBytes(ByteText.From(bytes)), Is.EqualTo(bytes));
        Assert.That(ByteText.From("aä😀"u8), Is.EqualTo("aä😀"));
    }

    [TestCase("plain", true, "plain")]
    [TestCase("äé", true, "äé")]
    [TestCase("äé", false, "\\303\\244\\303\\251")]
    [TestCase("a\\b", true, "a\\b")]
    public void Terminals_see_printable_characters(string text, bool isUtf8, string shown) =>
        Assert.That(TerminalText.Show(text, isUtf8), Is.EqualTo(shown));

    [TestCase(0x1B, "\\033")]
    [TestCase(0x7F, "\\177")]
    [TestCase(0x9B, "\\302\\233")]
    [TestCase(0x202E, "\\342\\200\\256")]
    [TestCase(0xE000, "\\356\\200\\200")]
    [TestCase(0x0A, "\n")]
    public void And_nothing_that_steers_them(int character, string shown) =>
        Assert.That(TerminalText.Show("a" + (char)character + "b", true), Is.EqualTo("a" + shown + "b"));

    [Test]
    public void Bytes_that_are_not_utf8_are_shown_in_octal() =>
        Assert.That(TerminalText.Show(ByteText.From([(byte)'x', 0xFF]), true), Is.EqualTo("x\\377"));

    [Test]
    public void In_one_line_layout_is_escaped_too() => Assert.That(TerminalText.ShowLine("a\nb\r"), Is.EqualTo("a\\012b\\015"));

    [TestCase("C.UTF-8", null, null, true)]
    [TestCase("C", "de_DE.UTF-8", null, false)]
    [TestCase("", "de_DE.utf8", null, true)]
    [TestCase(null, null, "en_US.ISO-8859-1", false)]
    [TestCase(null, null, null, false)]
    public void The_locale_is_found_as_POSIX_says(string? all, string? ctype, string? lang, bool expected) =>
        Assert.That(TerminalText.IsUtf8(name => name switch { "LC_ALL" => all, "LC_CTYPE" => ctype, "LANG" => lang, _ => null }), Is.EqualTo(expected));

    // As OpenSSH's sftp shows these amounts.
    [TestCase(0ul, "0B")]
    [TestCase(1023ul, "1023B")]
    [TestCase(1024ul, "1.0K")]
    [TestCase(1536ul, "1.5K")]
    [TestCase(102400ul, "100K")]
    [TestCase(10239ul, "10.0K")]
    [TestCase(1048575ul, "1024K")]
    [TestCase(16106127360ul, "15.0G")]
    [TestCase(ulong.MaxValue, "16.0E")]
    public void Short_amounts(ulong bytes, string text) => Assert.That(Scaled.Short(bytes), Is.EqualTo(text));

    [TestCase(0, "   0 B")]
    [TestCase(999, " 999 B")]
    [TestCase(12288, "  12KB")]
    [TestCase(1000, "   1KB")]
    [TestCase(1048576, "   1MB")]
    [TestCase(1073741824, "   1GB")]
    [TestCase(long.MaxValue, "8388608TB")]
    public void Amounts(long bytes, string text) => Assert.That(Scaled.Amount(bytes), Is.EqualTo(text));

    [TestCase(0, "  0.0KB")]
    [TestCase(1024, "  1.0KB")]
    [TestCase(1258291, "  1.2MB")]
    [TestCase(104857600, "100.0MB")]
    public void Rates(long bytes, string text) => Assert.That(Scaled.Rate(bytes), Is.EqualTo(text));

    [TestCase(0x81A4u, "-rw-r--r--")]
    [TestCase(0x41EDu, "drwxr-xr-x")]
    [TestCase(0xA1FFu, "lrwxrwxrwx")]
    [TestCase(0x43FFu, "drwxrwxrwt")]
    [TestCase(0x43C0u, "drwx-----T")]
    [TestCase(0x89EDu, "-rwsr-xr-x")]
    [TestCase(0x8DA4u, "-rwSr-Sr--")]
    [TestCase(0x1180u, "prw-------")]
    [TestCase(0xC1EDu, "srwxr-xr-x")]
    public void Modes(uint mode, string text) => Assert.That(LongListing.Mode(mode), Is.EqualTo(text));

    [Test]
    public void A_long_line()
    {
        var now = new DateTime(2020, 6, 15, 12, 0, 0, DateTimeKind.Utc);
        uint time = (uint)(new DateTime(2020, 6, 5, 4, 3, 0, DateTimeKind.Local).ToUniversalTime() - DateTime.UnixEpoch).TotalSeconds;
        var attributes = new SftpAttributes { Size = 1536, UserId = 7, GroupId = 1000000000, Permissions = 0x81A4, ModifyTime = time, AccessTime = time };
        Assert.That(
            LongListing.Line("f", attributes, "root", null, false, now.ToLocalTime()),
            Is.EqualTo("-rw-r--r--    ? root     1000000000     1536 Jun  5 04:03 f"));
        Assert.That(
            LongListing.Line("f", attributes, null, null, true, now.AddYears(1).ToLocalTime()),
            Is.EqualTo("-rw-r--r--    ? 7        1000000000     1.5K Jun  5  2020 f"));
    }

    [Test]
    public void Columns_are_filled_row_by_row() =>
        Assert.That(new Columns(4, 20).Layout(["a", "bb", "cccc", "d"]), Is.EqualTo("a     bb    cccc  \nd     \n"));

    [Test]
    public void A_name_longer_than_the_line_has_a_row_of_its_own() =>
        Assert.That(new Columns(30, 20).Layout([new string('a', 30), "b"]), Is.EqualTo(new string('a', 30) + "\nb" + new string(' ', 19) + "\n"));

    [Test]
    public void No_names_are_no_lines() => Assert.That(new Columns(0, 20).Layout([]), Is.Empty);
}
