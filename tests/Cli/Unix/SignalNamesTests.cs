using NUnit.Framework;
using SshCore.Cli.Unix;

namespace SshCore.Tests.Cli.Unix;

public sealed class SignalNamesTests
{
    [TestCase("ABRT", 6)]
    [TestCase("ALRM", 14)]
    [TestCase("FPE", 8)]
    [TestCase("HUP", 1)]
    [TestCase("ILL", 4)]
    [TestCase("INT", 2)]
    [TestCase("KILL", 9)]
    [TestCase("PIPE", 13)]
    [TestCase("QUIT", 3)]
    [TestCase("SEGV", 11)]
    [TestCase("TERM", 15)]
    public void Names_of_the_RFC_map_both_ways(string name, int number)
    {
        Assert.That(SignalNames.TryParse(name, out int parsed), Is.True);
        Assert.That(parsed, Is.EqualTo(number));
        Assert.That(SignalNames.For(number), Is.EqualTo(name));
    }

    [TestCase("STOP")]
    [TestCase("SIGTERM")]
    [TestCase("term")]
    [TestCase("9")]
    [TestCase("")]
    public void Other_names_are_refused(string name) => Assert.That(SignalNames.TryParse(name, out _), Is.False);

    [Test]
    public void Other_signals_have_a_name_with_a_domain()
    {
        Assert.That(SignalNames.For(5), Is.EqualTo("TRAP@sshcore"));
        Assert.That(SignalNames.For(60), Is.EqualTo("SIG60@sshcore"));
    }
}
