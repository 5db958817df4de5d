using System.IO;
using NUnit.Framework;
using SshCore.Cli.Arguments;
using SshCore.Cli.Serve;
using SshCore.Config;
using SshCore.Interop;
using SshCore.Keys;

namespace SshCore.Tests.Cli.Serve;

public sealed class ServedUsersTests
{
    [Test]
    public void A_password_is_its_user_s_alone()
    {
        var users = new ServedUsers();
        users.Add("anna:with:colon");
        users.Add("bob");
        Assert.That(users.HasPasswords, Is.True);
        Assert.That(users.IsPassword("anna", "with:colon"u8), Is.True);
        Assert.That(users.IsPassword("anna", "with"u8), Is.False);
        Assert.That(users.IsPassword("anna", ""u8), Is.False);
        Assert.That(users.IsPassword("bob", "with:colon"u8), Is.False);
        Assert.That(users.IsPassword("bob", ""u8), Is.False);
        Assert.That(users.IsPassword("carl", "with:colon"u8), Is.False);
    }

    [TestCase("", "--user wants NAME or NAME:PASSWORD")]
    [TestCase(":x", "--user wants NAME or NAME:PASSWORD")]
    [TestCase("carl:", "--user carl: the password is empty")]
    [TestCase("anna", "--user anna is given twice")]
    public void What_is_wrong_is_named(string text, string message)
    {
        var users = new ServedUsers();
        users.Add("anna:x");
        Assert.That(() => users.Add(text), Throws.InstanceOf<UsageException>().With.Message.EqualTo(message));
    }

    [Test]
    public void Keys_are_for_served_users_and_bad_lines_are_reported()
    {
        using SshPrivateKey key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        using SshPrivateKey other = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
        File.WriteAllText(path, $"# comment\nno-such-option {other.PublicKey.ToOpenSshString()}\nfrom=\"10.0.0.0/8\",no-pty {key.PublicKey.ToOpenSshString()}\n");
        var reports = new List<string>();
        var users = new ServedUsers();
        users.Add("anna");
        users.AddKeys(path, reports.Add);
        File.Delete(path);
        Assert.That(users.HasKeys, Is.True);
        Assert.That(reports, Has.Count.EqualTo(1));
        Assert.That(reports[0], Does.StartWith(path + ":2: ").And.Contain("no-such-option"));
        AuthorizedKey? line = users.FindKey("anna", key.PublicKey, "10.1.2.3");
        Assert.That(line, Is.Not.Null);
        Assert.That(line!.AllowsPty, Is.False);
        Assert.That(users.FindKey("anna", key.PublicKey, "11.1.2.3"), Is.Null);
        Assert.That(users.FindKey("bob", key.PublicKey, "10.1.2.3"), Is.Null);
        Assert.That(users.FindKey("anna", other.PublicKey, "10.1.2.3"), Is.Null);
    }

    [TestCase("LANG", "C", true)]
    [TestCase("LC_ALL", "", true)]
    [TestCase("PATH", "/evil", false)]
    [TestCase("LC_A=B", "x", false)]
    [TestCase("LC_A", "x\0y", false)]
    [TestCase("", "x", false)]
    public void Only_listed_variables_are_accepted(string name, string value, bool accepted) =>
        Assert.That(SessionEnvironment.IsAccepted(SessionEnvironment.DefaultAccepted, name, value), Is.EqualTo(accepted));

    [Test]
    public void A_client_never_replaces_what_the_server_sets()
    {
        var account = new SshCore.Cli.Unix.UserAccount("me", 1000, "/home/me", "/bin/sh");
        var client = new Dictionary<string, string> { ["PATH"] = "/evil", ["USER"] = "root", ["LANG"] = "C" };
        var made = new List<string>();
        foreach (ReadOnlyMemory<byte> variable in SessionEnvironment.Make(account, new("::1", 5), new("::1", 22), client, ("/dev/pts/9", "xterm"), "ls", []))
        {
            made.Add(System.Text.Encoding.UTF8.GetString(variable.Span));
        }

        Assert.That(made, Does.Contain("USER=me").And.Contain("LOGNAME=me").And.Contain("HOME=/home/me").And.Contain("SHELL=/bin/sh").And.Contain("LANG=C"));
        Assert.That(made, Does.Contain("SSH_CLIENT=::1 5 22").And.Contain("SSH_CONNECTION=::1 5 ::1 22").And.Contain("SSH_TTY=/dev/pts/9").And.Contain("TERM=xterm"));
        Assert.That(made, Does.Contain("SSH_ORIGINAL_COMMAND=ls"));
        Assert.That(made.FindAll(static variable => variable.StartsWith("PATH=", StringComparison.Ordinal)), Is.EqualTo(new[] { "PATH=/usr/local/bin:/usr/bin:/bin:/usr/games" }));
    }

    [TestCase(false)]
    [TestCase(true)]
    public void Variables_of_keys_that_are_passed_over_are_reported_and_the_key_is_good(bool permitted)
    {
        using SshPrivateKey key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        string path = Path.Combine(TestContext.CurrentContext.WorkDirectory, Path.GetRandomFileName());
        File.WriteAllText(path, $"\nenvironment=\"A=b\" {key.PublicKey.ToOpenSshString()}\n");
        var users = new ServedUsers();
        users.Add("anna");
        var reports = new List<string>();
        users.AddKeys(path, reports.Add, permitted);
        Assert.That(users.FindKey("anna", key.PublicKey, "10.0.0.1"), Is.Not.Null);
        Assert.That(reports, Has.Count.EqualTo(permitted ? 0 : 1));
        Assert.That(reports, Is.All.Contains(":2: environment= is ignored"));
        File.Delete(path);
    }
}
