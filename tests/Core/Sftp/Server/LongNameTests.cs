using NUnit.Framework;
using SshCore.Sftp;

namespace SshCore.Tests.Core.Sftp.Server;

/// <summary>Lines of listings against what <c>ls -l</c> prints.</summary>
internal sealed class LongNameTests
{
    private const long Now = 1_700_000_000; // 2023-11-14 22:13:20 UTC

    [TestCase(0x81A4u, "-rw-r--r--")]
    [TestCase(0x41EDu, "drwxr-xr-x")]
    [TestCase(0xA1FFu, "lrwxrwxrwx")]
    [TestCase(0x1180u, "prw-------")]
    [TestCase(0xC1EDu, "srwxr-xr-x")]
    [TestCase(0x21B0u, "crw-rw----")]
    [TestCase(0x61B0u, "brw-rw----")]
    [TestCase(0x89EDu, "-rwsr-xr-x")]
    [TestCase(0x89A4u, "-rwSr--r--")]
    [TestCase(0x85EDu, "-rwxr-sr-x")]
    [TestCase(0x43FFu, "drwxrwxrwt")]
    [TestCase(0x43FEu, "drwxrwxrwT")]
    [TestCase(0x01A4u, "?rw-r--r--")]
    public void Modes(uint mode, string shown) =>
        Assert.That(Line(new() { Permissions = mode }), Does.StartWith(shown + "   1 "));

    [Test]
    public void AWholeLine() =>
        Assert.That(SftpLongName.Format("a b", new() { Permissions = 0x81A4, Size = 348911, UserId = 1, GroupId = 2, AccessTime = 0, ModifyTime = 1_699_990_000 }, Now, "mjos", "staff", 3).ToString(),
            Is.EqualTo("-rw-r--r--   3 mjos     staff      348911 Nov 14 19:26 a b"));

    [Test]
    public void WhatIsMissing() => Assert.That(Line(default), Is.EqualTo("?---------   1 ?        ?               0 Jan  1  1970 n"));

    [Test]
    public void Numbers() => Assert.That(Line(new() { UserId = 1000, GroupId = 123456789 }), Does.Contain(" 1000     123456789        0 "));

    [TestCase(1_700_000_000u, "Nov 14 22:13")]
    [TestCase(1_700_000_001u, "Nov 14  2023")]
    [TestCase(1_684_232_000u, "May 16 10:13")]
    [TestCase(1_684_231_999u, "May 16  2023")]
    [TestCase(uint.MaxValue, "Feb  7  2106")]
    public void TimesOrYears(uint time, string shown) =>
        Assert.That(Line(new() { AccessTime = 0, ModifyTime = time }), Does.EndWith($" 0 {shown} n"));

    [Test]
    public void TheTimeZoneMovesWhatIsShown() =>
        Assert.That(SftpLongName.Format("n", new() { AccessTime = 0, ModifyTime = (uint)Now }, Now, utcOffset: 7200).ToString(), Does.EndWith("Nov 15 00:13 n"));

    [Test]
    public void TheNameStaysBytes() =>
        Assert.That(SftpLongName.Format(new SftpPath(new byte[] { 0xff, 10 }), default, Now).Bytes.ToArray()[^3..], Is.EqualTo(new byte[] { 32, 0xff, 10 }));

    private static string Line(SftpAttributes attributes) => SftpLongName.Format("n", attributes, Now).ToString();
}
