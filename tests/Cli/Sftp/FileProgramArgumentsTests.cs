using System.Text;
using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Cli.Scp;
using SshCore.Cli.Sftp;

namespace SshCore.Tests.Cli.Sftp;

public sealed class FileProgramArgumentsTests
{
    [Test]
    public void Options_of_sftp()
    {
        SftpArguments a = SftpArguments.Scan(["-afpr", "-P", "2200", "-i", "key", "-l500", "-B", "65536", "-R8", "-b", "batch", "u@h:dir", "local"]);
        Assert.That((a.Resume, a.Sync, a.Preserve, a.Recursive, a.IsQuiet), Is.EqualTo((true, true, true, true, true)));
        Assert.That((a.Ssh.Port, a.Ssh.User, a.Ssh.Destination, a.Ssh.BatchMode), Is.EqualTo((2200, "u", "h", true)));
        Assert.That((a.Limit, a.BufferSize, a.Requests, a.BatchFile, a.LocalTarget), Is.EqualTo((500L, 65536, 8, "batch", "local")));
        Assert.That(a.Destination!.Path, Is.EqualTo("dir"));
    }

    [Test]
    public void A_batch_is_quiet_unless_N_says_otherwise() => Assert.That(SftpArguments.Scan(["-Nb", "-", "h"]).IsQuiet, Is.False);

    [Test]
    public void The_port_of_the_uri_counts() => Assert.That(SftpArguments.Scan(["-P1", "sftp://h:2/"]).Ssh.Port, Is.EqualTo(2));

    [TestCase("-A", "option -A isn't supported")]
    [TestCase("-J", "option -J isn't supported")]
    [TestCase("-S", "option -S isn't supported")]
    [TestCase("-C", "unsupported option 'Compression yes': only 'no' is possible")]
    [TestCase("-Fconfig", "option -F isn't supported but for 'none': configuration files aren't read")]
    [TestCase("-z", "unknown option -z")]
    [TestCase("-l0", "option -l wants a number from 1 to 104857600, not '0'")]
    [TestCase("-Xfoo=1", "-X doesn't know 'foo=1'; it takes nrequests=N and buffer=N")]
    [TestCase("--port", "unknown option --")]
    public void What_we_do_not_do_is_said(string word, string message)
    {
        Assert.That(() => SftpArguments.Scan([word, "h"]), Throws.InstanceOf<UsageException>().With.Message.EqualTo(message));
        Assert.That(() => ScpArguments.Scan([word, "h:a", "b"]), Throws.InstanceOf<UsageException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Options_of_scp()
    {
        ScpArguments a = ScpArguments.Scan(["-Orp", "-3", "-T", "-l", "8", "-P22", "-o", "User=x", "-v", "a", "h:b", "[::1]:c"]);
        Assert.That((a.IsOld, a.Recursive, a.Preserve, a.TakesAnyName, a.Limit, a.Verbosity), Is.EqualTo((true, true, true, true, 8L, 1)));
        Assert.That((a.Sources.Count, a.Target.Host), Is.EqualTo((2, "::1")));
        SshCore.Cli.Ssh.SshArguments connection = a.ConnectionTo(a.Target);
        Assert.That((connection.Port, connection.User, connection.Destination, connection.Verbosity), Is.EqualTo((22, "x", "::1", 1)));
    }

    [Test]
    public void Scp_wants_a_source_and_a_target() => Assert.That(() => ScpArguments.Scan(["a"]), Throws.InstanceOf<UsageException>());

    [TestCase("scp -t x", true)]
    [TestCase("scp -r -p -f -- -x", true)]
    [TestCase("scp -v -rp -d -t 'a b'", true)]
    [TestCase("/usr/bin/scp -f a b", true)]
    [TestCase("scp -t", false)]
    [TestCase("scp -t a b", false)]
    [TestCase("scp -f -t a", false)]
    [TestCase("scp a b", false)]
    [TestCase("scp -S x -t y", false)]
    [TestCase("echo -t x", false)]
    [TestCase("scp -t 'x", false)]
    public void Commands_of_clients_of_the_old_protocol(string command, bool isOne) =>
        Assert.That(ScpServer.Parse(Encoding.UTF8.GetBytes(command)) is not null, Is.EqualTo(isOne));
}
