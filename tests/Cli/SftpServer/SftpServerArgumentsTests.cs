using Microsoft.Extensions.Logging;
using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Cli.SftpServers;
using SshCore.Sftp;

namespace SshCore.Tests.Cli.SftpServer;

/// <summary>The command line of sftp-server, as sshd_config files have it.</summary>
public sealed class SftpServerArgumentsTests
{
    [Test]
    public void Without_words_all_is_as_openssh_has_it()
    {
        SftpServerArguments a = SftpServerArguments.Read([]);
        Assert.That((a.IsReadOnly, a.LogsToStandardError, a.StartDirectory, a.Umask, a.LogLevel, a.Facility, a.Restricts), Is.EqualTo((false, false, (string?)null, (uint?)null, LogLevel.Error, 4, false)));
        Assert.That(a.Allows(SftpRequestKind.Remove));
    }

    [Test]
    public void Letters_stand_together_and_values_may_be_attached()
    {
        SftpServerArguments a = SftpServerArguments.Read(["-eRd", "/srv", "-u022", "-lDEBUG3", "-f", "local7"]);
        Assert.That((a.IsReadOnly, a.LogsToStandardError, a.StartDirectory, a.Umask, a.LogLevel, a.Facility), Is.EqualTo((true, true, "/srv", (uint?)18, LogLevel.Trace, 23)));
    }

    [Test]
    public void Requests_are_denied_and_allowed_by_name()
    {
        SftpServerArguments denied = SftpServerArguments.Read(["-P", "remove,posix-rename,nonsense"]);
        Assert.That((denied.Restricts, denied.Allows(SftpRequestKind.Remove), denied.Allows(SftpRequestKind.PosixRename), denied.Allows(SftpRequestKind.Rename)), Is.EqualTo((true, false, false, true)));
        Assert.That(SftpRequestNames.ExtensionsOf(denied.Allows), Is.EqualTo(SftpExtensions.All & ~SftpExtensions.PosixRename));
        SftpServerArguments allowed = SftpServerArguments.Read(["-p", "open,read,close,stat", "-P", "stat"]);
        Assert.That((allowed.Allows(SftpRequestKind.Read), allowed.Allows(SftpRequestKind.Write), allowed.Allows(SftpRequestKind.Stat)), Is.EqualTo((true, false, false)));
        Assert.That(SftpRequestNames.ExtensionsOf(allowed.Allows), Is.EqualTo(SftpExtensions.None));
    }

    [Test]
    public void Every_request_has_a_name()
    {
        foreach (SftpRequestKind kind in Enum.GetValues<SftpRequestKind>())
        {
            Assert.That(SftpRequestNames.Of(kind).Length > 0, Is.EqualTo(kind is not (SftpRequestKind.None or SftpRequestKind.Extended)), kind.ToString());
        }
    }

    [TestCase("-x")]
    [TestCase("-d")]
    [TestCase("word")]
    [TestCase("-")]
    [TestCase("-u", "8")]
    [TestCase("-u", "")]
    [TestCase("-u", "1000")]
    [TestCase("-u", "77777777777777")]
    [TestCase("-l", "LOUD")]
    [TestCase("-f", "")]
    [TestCase("-f", "NONE")]
    [TestCase("-Q", "ciphers")]
    public void Nonsense_is_refused(params string[] words) => Assert.Throws<UsageException>(() => SftpServerArguments.Read(words));
}
