using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;

namespace SshCore.Tests.Core.Hostile;

/// <summary>RFC 4253 §4.2: the identification and what may stand before it.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class IdentificationTests(Role role)
{
    private static readonly string[] Accepted =
    [
        "SSH-2.0-x\r\n", "SSH-2.0-x\n", "SSH-2.0-OpenSSH_10.0 Debian-3\r\n", "SSH-1.99-Cisco-1.25\r\n", "SSH-2.0-a b c\r\n", "SSH-2.0--\r\n",
    ];

    [TestCaseSource(nameof(Accepted))]
    public void AcceptsIdentification(string line)
    {
        using var script = Subjects.Start(role);
        script.SendRaw(Bytes(line));
        var version = script.ExpectEvent<VersionReceived>(SshEventKind.VersionReceived);
        Assert.That(version.Identification, Is.EqualTo(line.TrimEnd('\r', '\n')));
        Assert.That(script.Subject.PeerIdentification, Is.EqualTo(version.Identification));
        Assert.That(script.Error, Is.Null);
    }

    [TestCase("SSH-1.5-old\r\n", SshErrorKind.Incompatible)]
    [TestCase("SSH-3.0-new\r\n", SshErrorKind.Incompatible)]
    [TestCase("SSH-2.0\r\n", SshErrorKind.Incompatible)]
    [TestCase("SSH-2.0-\r\n", SshErrorKind.InvalidMessage)]
    [TestCase("SSH-2.0-a\0b\r\n", SshErrorKind.InvalidMessage)]
    [TestCase("SSH-2.0-a\u001b[31m\r\n", SshErrorKind.InvalidMessage)]
    [TestCase("SSH-2.0-a\rb\r\n", SshErrorKind.InvalidMessage)]
    public void RefusesIdentification(string line, SshErrorKind kind)
    {
        using var script = Subjects.Start(role);
        script.SendRaw(Bytes(line));
        var error = script.ExpectClosed(kind, disconnect: false);
        Assert.That(error.ToString(), Has.None.Matches<char>(char.IsControl));
    }

    [Test]
    public void LongestIdentificationIsTheLimit([Values("\r\n", "\n")] string end)
    {
        int room = SshLimits.Default.IdentificationLength - end.Length;
        using var fits = Subjects.Start(role);
        fits.SendRaw(Bytes("SSH-2.0-".PadRight(room, 'x') + end));
        Assert.That(fits.HasEvent(SshEventKind.VersionReceived));

        using var tooLong = Subjects.Start(role);
        tooLong.SendRaw(Bytes("SSH-2.0-".PadRight(room + 1, 'x') + end));
        tooLong.ExpectClosed(SshErrorKind.LimitExceeded, disconnect: false);
    }

    [Test]
    public void EndlessLineEndsAtTheLimit()
    {
        using var script = Subjects.Start(role, script: o => o with { Chunk = 1 });
        int taken = script.SendRaw(Bytes("SSH-2.0-".PadRight(100_000, 'x')));
        script.ExpectClosed(SshErrorKind.LimitExceeded, disconnect: false);
        Assert.That(taken, Is.EqualTo(SshLimits.Default.IdentificationLength));
    }

    [Test]
    public void DribblingLineDoesNotExtendTheDeadline()
    {
        using var script = Subjects.Start(role);
        script.SendRaw("SSH-2.0-"u8);
        for (int second = 0; second < 9; second++)
        {
            script.Advance(TimeSpan.FromSeconds(1));
            script.SendRaw("x"u8);
        }

        Assert.That(script.Error, Is.Null);
        script.Advance(TimeSpan.FromSeconds(1));
        script.ExpectClosed(SshErrorKind.Timeout, disconnect: false);
    }

    [Test]
    public void SilenceTimesOut()
    {
        using var script = Subjects.Start(role);
        script.Advance(SshLimits.Default.IdentificationTimeout - TimeSpan.FromTicks(1));
        Assert.That(script.Error, Is.Null);
        script.Advance(TimeSpan.FromTicks(1));
        script.ExpectClosed(SshErrorKind.Timeout, disconnect: false);
    }

    [Test]
    public void EndOfStreamIsReported()
    {
        using var script = Subjects.Start(role);
        script.SendRaw("SSH-2."u8);
        script.EndStream();
        script.ExpectClosed(SshErrorKind.ConnectionLost, disconnect: false);
    }

    private static byte[] Bytes(string text) => System.Text.Encoding.Latin1.GetBytes(text);
}

/// <summary>"The server MAY send other lines of data before sending the version string."</summary>
internal sealed class PreBannerTests
{
    [Test]
    public void ClientReportsLinesMadePrintable()
    {
        using var script = Subjects.Start(Role.Client);
        script.SendRaw("welcome\r\nwith \u001b[2Jescape and \u202e\nSSH-2.0-x\r\n"u8);
        var version = script.ExpectEvent<VersionReceived>(SshEventKind.VersionReceived);
        Assert.That(version.LinesBefore, Is.EqualTo((string[])["welcome", "with ?[2Jescape and ?"]));
        Assert.That(version.SoftwareVersion, Is.EqualTo("x"));
    }

    [TestCase(1024, true)]
    [TestCase(1025, false)]
    public void LinesAreBounded(int count, bool accepted) => Try(string.Concat(System.Linq.Enumerable.Repeat("\n", count)), accepted);

    [TestCase(8 * 1024, true)]
    [TestCase((8 * 1024) + 1, false)]
    public void LineLengthIsBounded(int length, bool accepted) => Try(new string('a', length - 1) + "\n", accepted);

    [TestCase(64 * 1024, true)]
    [TestCase((64 * 1024) + 1, false)]
    public void AllLinesTogetherAreBounded(int length, bool accepted)
    {
        var lines = new System.Text.StringBuilder();
        while (lines.Length + 4096 < length)
        {
            lines.Append('a', 4095).Append('\n');
        }

        lines.Append('a', length - lines.Length - 1).Append('\n');
        Try(lines.ToString(), accepted);
    }

    [Test]
    public void NulIsRefused()
    {
        using var script = Subjects.Start(Role.Client);
        script.SendRaw("a\0b\r\n"u8);
        script.ExpectClosed(SshErrorKind.InvalidMessage, disconnect: false);
    }

    [TestCase("GET / HTTP/1.1\r\n")]
    [TestCase("hello\r\nSSH-2.0-x\r\n")]
    [TestCase("\r\n")]
    [TestCase("SSX")]
    [TestCase("\u0016\u0003\u0001")]
    public void ServerAcceptsNoLineBefore(string text)
    {
        using var script = Subjects.Start(Role.Server);
        script.SendRaw(System.Text.Encoding.Latin1.GetBytes(text));
        var error = script.ExpectClosed(SshErrorKind.InvalidMessage, disconnect: false);
        Assert.That(error.ToString(), Has.None.Matches<char>(char.IsControl));
    }

    private static void Try(string before, bool accepted)
    {
        using var script = Subjects.Start(Role.Client);
        script.SendRaw(System.Text.Encoding.ASCII.GetBytes(before + "SSH-2.0-x\r\n"));
        if (accepted)
        {
            Assert.That(script.HasEvent(SshEventKind.VersionReceived));
        }
        else
        {
            script.ExpectClosed(SshErrorKind.LimitExceeded, disconnect: false);
        }
    }
}
