using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Cli.Ssh;

namespace SshCore.Tests.Cli.Ssh;

public sealed class ArgumentScannerTests
{
    [Test]
    public void User_host_port_and_command()
    {
        SshArguments a = ArgumentScanner.Scan(["-p", "2222", "-l", "bob", "host", "echo", "a  b", "-v"]);
        Assert.That((a.Destination, a.User, a.Port, a.Command, a.Verbosity), Is.EqualTo(("host", "bob", 2222, "echo a  b -v", (int?)null)));
    }

    [Test]
    public void Letters_stand_together_and_values_may_be_attached()
    {
        SshArguments a = ArgumentScanner.Scan(["-NTvvp22", "-oPort=23", "-luser", "h"]);
        Assert.That((a.Session, a.Terminal, a.Verbosity, a.Port, a.User), Is.EqualTo((SessionKind.None, TerminalRequest.No, 2, 22, "user")));
    }

    [Test]
    public void Options_after_the_host_are_ours_until_the_command_begins()
    {
        SshArguments a = ArgumentScanner.Scan(["h", "-p", "7", "-t", "ls", "-p", "8"]);
        Assert.That((a.Port, a.Terminal, a.Command), Is.EqualTo((7, TerminalRequest.Yes, "ls -p 8")));
    }

    [Test]
    public void Two_dashes_end_our_options()
    {
        Assert.That(ArgumentScanner.Scan(["h", "--", "-p", "8"]).Command, Is.EqualTo("-p 8"));
        SshArguments a = ArgumentScanner.Scan(["--", "h", "-p", "8"]);
        Assert.That((a.Destination, a.Command), Is.EqualTo(("h", "-p 8")));
    }

    [Test]
    public void A_second_t_forces() => Assert.That(ArgumentScanner.Scan(["-tt", "h"]).Terminal, Is.EqualTo(TerminalRequest.Force));

    [Test]
    public void No_command_is_a_shell() => Assert.That(ArgumentScanner.Scan(["h"]).Command, Is.Null);

    [TestCase("a@b@host", "a@b", "host", null)]
    [TestCase("ssh://u%40v@host:2200/", "u@v", "host", 2200)]
    [TestCase("ssh://u@[::1]:2200", "u", "::1", 2200)]
    [TestCase("ssh://[::1]", null, "::1", null)]
    [TestCase("host:22", null, "host:22", null)]
    public void Destinations(string word, string? user, string host, int? port)
    {
        SshArguments a = ArgumentScanner.Scan([word]);
        Assert.That((a.User, a.Destination, a.Port), Is.EqualTo((user, host, port)));
    }

    [Test]
    public void The_first_user_counts()
    {
        Assert.That(ArgumentScanner.Scan(["-l", "a", "b@h"]).User, Is.EqualTo("a"));
        Assert.That(ArgumentScanner.Scan(["b@h", "-l", "a"]).User, Is.EqualTo("b"));
        Assert.That(ArgumentScanner.Scan(["-o", "User=c", "-l", "a", "b@h"]).User, Is.EqualTo("c"));
    }

    [TestCase("-L", "option -L isn't supported")]
    [TestCase("-z", "unknown option -z")]
    [TestCase("--port", "unknown option --port")]
    [TestCase("-p", "option -p wants a value")]
    [TestCase("-p0", "bad port '0'")]
    [TestCase("-p65536", "bad port '65536'")]
    [TestCase("-p 22", "bad port ' 22'")]
    [TestCase("-Fconfig", "option -F isn't supported but for 'none': configuration files aren't read")]
    [TestCase("@host", "no user before @ in '@host'")]
    [TestCase("user@-oProxyCommand=x", "'user@-oProxyCommand=x' names no host")]
    [TestCase("", "'' names no host")]
    public void What_is_wrong_is_named(string word, string message) =>
        Assert.That(() => ArgumentScanner.Scan([word]), Throws.InstanceOf<UsageException>().With.Message.EqualTo(message));

    [Test]
    public void Without_a_host_there_is_nothing_to_do() =>
        Assert.That(() => ArgumentScanner.Scan(["-v"]), Throws.InstanceOf<UsageException>().With.Message.Contains("no host"));

    [TestCase("Port=23")]
    [TestCase("port 23")]
    [TestCase("PORT  =  \"23\"")]
    [TestCase("  port\t23  ")]
    public void Option_lines(string line) => Assert.That(ArgumentScanner.Scan(["-o", line, "h"]).Port, Is.EqualTo(23));

    [Test]
    public void The_first_value_counts() =>
        Assert.That(ArgumentScanner.Scan(["-oPort=1", "-p2", "-oPort=3", "h"]).Port, Is.EqualTo(1));

    [TestCase("ProxyCommand=nc %h %p", "unsupported option 'ProxyCommand nc %h %p': only 'none' is possible")]
    [TestCase("Compression=yes", "unsupported option 'Compression yes': only 'no' is possible")]
    [TestCase("LocalForward=1 h:2", "unsupported option 'LocalForward'")]
    [TestCase("Nonsense=1", "unsupported option 'Nonsense'")]
    [TestCase("BatchMode=maybe", "option BatchMode can't be 'maybe'")]
    [TestCase("BatchMode", "-o wants Key=Value, not 'BatchMode'")]
    [TestCase("BatchMode=", "option BatchMode has no value")]
    [TestCase("ConnectTimeout=1x", "option ConnectTimeout wants a time, not '1x'")]
    [TestCase("ServerAliveCountMax=0", "option ServerAliveCountMax wants a number of 1 or more, not '0'")]
    [TestCase("SetEnv=X", "option SetEnv wants NAME=value, not 'X'")]
    [TestCase("EscapeChar=abc", "bad escape character 'abc'")]
    [TestCase("IdentityFile=\"a", "a quote isn't closed: \"a")]
    public void Wrong_options_are_named(string line, string message) =>
        Assert.That(() => ArgumentScanner.Scan(["-o", line, "h"]), Throws.InstanceOf<UsageException>().With.Message.EqualTo(message));

    [TestCase("Compression=no")]
    [TestCase("ForwardAgent=no")]
    [TestCase("ProxyCommand=none")]
    [TestCase("ControlPath=NONE")]
    public void What_asks_for_nothing_passes(string line) => Assert.That(() => ArgumentScanner.Scan(["-o", line, "h"]), Throws.Nothing);

    [Test]
    public void Lists_of_options()
    {
        SshArguments a = ArgumentScanner.Scan(
        [
            "-i", "one", "-oIdentityFile=\"two words\"", "-oUserKnownHostsFile=a b", "-oGlobalKnownHostsFile=none",
            "-oStrictHostKeyChecking=accept-new", "-oSetEnv=A=1 \"B=2 3\"", "-oSendEnv=LC_* LANG", "-oConnectTimeout=1m5s", "-oEscapeChar=^]", "h",
        ]);
        Assert.That(a.IdentityFiles, Is.EqualTo(new[] { "one", "two words" }));
        Assert.That(a.UserKnownHostsFiles, Is.EqualTo(new[] { "a", "b" }));
        Assert.That(a.GlobalKnownHostsFiles, Is.Empty);
        Assert.That(a.StrictHostKeyChecking, Is.EqualTo(HostKeyChecking.AcceptNew));
        Assert.That(a.SetEnv, Is.EqualTo(new KeyValuePair<string, string>[] { new("A", "1"), new("B", "2 3") }));
        Assert.That(a.SendEnv, Is.EqualTo(new[] { "LC_*", "LANG" }));
        Assert.That(a.ConnectTimeout, Is.EqualTo(TimeSpan.FromSeconds(65)));
        Assert.That(a.EscapeChar, Is.EqualTo("\u001d"));
    }
}
