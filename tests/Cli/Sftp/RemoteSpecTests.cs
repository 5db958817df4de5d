using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Cli.Sftp;

namespace SshCore.Tests.Cli.Sftp;

public sealed class RemoteSpecTests
{
    [TestCase("file", null, null, null, "file")]
    [TestCase("./a:b", null, null, null, "./a:b")]
    [TestCase("/a:b", null, null, null, "/a:b")]
    [TestCase(":x", null, null, null, ":x")]
    [TestCase("host:", "host", null, null, "")]
    [TestCase("host:a:b", "host", null, null, "a:b")]
    [TestCase("u@v@host:/p", "host", "u@v", null, "/p")]
    [TestCase("[::1]:p", "::1", null, null, "p")]
    [TestCase("u@[fe80::1]:p", "fe80::1", "u", null, "p")]
    [TestCase("scp://host", "host", null, null, "")]
    [TestCase("scp://u%40v@host:2200/a%20b", "host", "u@v", 2200, "a b")]
    [TestCase("scp://[::1]:22//abs", "::1", null, 22, "/abs")]
    public void Sources_and_targets(string text, string? host, string? user, int? port, string path)
    {
        RemoteSpec spec = RemoteSpec.Parse(text, "scp");
        Assert.That((spec.Host, spec.User, spec.Port, spec.Path), Is.EqualTo((host, user, port, path)));
    }

    [TestCase("host", "host", null, "")]
    [TestCase("u@host", "host", "u", "")]
    [TestCase("u@host:dir/", "host", "u", "dir/")]
    [TestCase("[::1]", "::1", null, "")]
    [TestCase("sftp://host/dir", "host", null, "dir")]
    public void A_destination_of_sftp_is_a_host(string text, string host, string? user, string path)
    {
        RemoteSpec spec = RemoteSpec.ParseDestination(text);
        Assert.That((spec.Host, spec.User, spec.Path), Is.EqualTo((host, user, path)));
    }

    [TestCase("-oProxyCommand=x:y")]
    [TestCase("u@-oProxyCommand=x:y")]
    [TestCase("@host:x")]
    [TestCase("scp://host:0/x")]
    [TestCase("scp://host:x/x")]
    [TestCase("scp:///x")]
    public void What_is_no_host_is_refused(string text) => Assert.That(() => RemoteSpec.Parse(text, "scp"), Throws.InstanceOf<UsageException>());
}
