using System.Collections;
using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Cli.Ssh;
using SshCore.Cli.Unix;

namespace SshCore.Tests.Cli.Ssh;

public sealed class TargetTests
{
    private static readonly UserAccount Local = new("me", 1000, "/home/me", "/bin/sh");

    [Test]
    public void Defaults()
    {
        Target target = Target.From(ArgumentScanner.Scan(["Host.Example"]), Local);
        Assert.That((target.Host, target.Port, target.User, target.KnownHostName, target.KnownHostPort), Is.EqualTo(("Host.Example", 22, "me", "host.example", 22)));
    }

    [Test]
    public void A_host_name_replaces_the_host_that_was_given()
    {
        Target target = Target.From(ArgumentScanner.Scan(["-oHostName=%h.example", "-p7", "u@box"]), Local);
        Assert.That((target.Host, target.User, target.KnownHostName, target.KnownHostPort), Is.EqualTo(("box.example", "u", "box.example", 7)));
    }

    [Test]
    public void An_alias_is_known_without_a_port()
    {
        Target target = Target.From(ArgumentScanner.Scan(["-oHostKeyAlias=box", "-p7", "1.2.3.4"]), Local);
        Assert.That((target.KnownHostName, target.KnownHostPort), Is.EqualTo(("box", 22)));
    }

    [TestCase("~/a", "/home/me/a")]
    [TestCase("%d/%r@%h:%p-%n-%u-%i%%", "/home/me/u@box.example:7-box-me-1000%")]
    [TestCase("a~b", "a~b")]
    public void File_names(string path, string expanded) =>
        Assert.That(Target.From(ArgumentScanner.Scan(["-oHostName=box.example", "-p7", "u@box"]), Local).Paths.Expand(path), Is.EqualTo(expanded));

    [TestCase("%z", "'%z' in '%z' means nothing")]
    [TestCase("a%", "'%' at the end of 'a%'")]
    [TestCase("~no-such-user-here/x", "no user 'no-such-user-here' for '~no-such-user-here/x'")]
    public void Wrong_file_names(string path, string message) =>
        Assert.That(() => Target.From(ArgumentScanner.Scan(["h"]), Local).Paths.Expand(path), Throws.InstanceOf<UsageException>().With.Message.EqualTo(message));

    [Test]
    public void No_variable_is_sent_unless_named()
    {
        var ours = new Hashtable { ["LANG"] = "C", ["LC_ALL"] = "C", ["SECRET"] = "x" };
        Assert.That(EnvironmentToSend.Choose(ArgumentScanner.Scan(["h"]), ours), Is.Empty);
        SshArguments some = ArgumentScanner.Scan(["-oSendEnv=LANG LC_* X*", "-oSendEnv=-LC_*", "-oSetEnv=A=1 LANG=de", "h"]);
        Assert.That(EnvironmentToSend.Choose(some, ours), Is.EqualTo(new KeyValuePair<string, string>[] { new("A", "1"), new("LANG", "de") }));
        SshArguments all = ArgumentScanner.Scan(["-oSendEnv=L*", "h"]);
        Assert.That(EnvironmentToSend.Choose(all, ours), Is.EqualTo(new KeyValuePair<string, string>[] { new("LANG", "C"), new("LC_ALL", "C") }));
    }
}
