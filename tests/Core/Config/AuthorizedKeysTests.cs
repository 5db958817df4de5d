using System.Linq;
using NUnit.Framework;
using SshCore.Config;
using SshCore.Errors;
using SshCore.Keys;

namespace SshCore.Tests.Core.Config;

public class AuthorizedKeysTests
{
    private static readonly SshPublicKey Ed = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-ed25519.pub"));
    private static readonly SshPublicKey Ec = SshPublicKey.ParseOpenSsh(Fixture.Text("openssh-p256.pub"));

    [Test]
    public void KeysCommentsAndLines()
    {
        var file = AuthorizedKeys.Parse(Fill("# mine\r\n\n{ed} first key\r\n\t{ec}\n"));
        Assert.That(file.Problems, Is.Empty);
        Assert.That(file.Entries.Select(e => (e.Key, e.Comment, e.LineNumber)), Is.EqualTo(new[] { (Ed, "first key", 3), (Ec, "", 4) }));
        Assert.That(file.TryFind(Ec, "192.0.2.1", out var entry));
        Assert.That(entry!.Options, Is.Empty);
        Assert.That(entry.AllowsPty && entry.AllowsPortForwarding && entry.AllowsAgentForwarding && entry.AllowsX11Forwarding && entry.AllowsUserRc);
        Assert.That(AuthorizedKeys.Parse(Fill("{ed}")).TryFind(Ec, "192.0.2.1", out _), Is.False);
    }

    [Test]
    public void CommandWithQuotes()
    {
        var entry = Single("command=\"echo \\\"a, b\\\" \\n\",no-pty {ed} c");
        Assert.That(entry.Command, Is.EqualTo("echo \"a, b\" \\n"));
        Assert.That(entry.AllowsPty, Is.False);
        Assert.That(entry.Comment, Is.EqualTo("c"));
        Assert.That(entry.Options.Select(o => o.Name), Is.EqualTo(new[] { "command", "no-pty" }));
    }

    [TestCase("restrict", false, false)]
    [TestCase("restrict,pty", true, false)]
    [TestCase("RESTRICT,PTY", true, false)]
    [TestCase("pty,restrict", false, false)]
    [TestCase("no-pty", false, true)]
    [TestCase("no-pty,pty", true, true)]
    [TestCase("no-port-forwarding", true, false)]
    [TestCase("restrict,port-forwarding", false, true)]
    public void Permissions(string options, bool pty, bool forwarding)
    {
        var entry = Single(options + " {ed}");
        Assert.That(entry.AllowsPty, Is.EqualTo(pty));
        Assert.That(entry.AllowsPortForwarding, Is.EqualTo(forwarding));
    }

    [Test]
    public void Variables_are_kept_in_order()
    {
        var entry = Single("environment=\"A_1=b c=d\",environment=\"B=\",environment=\"A_1=e\" {ed}");
        Assert.That(entry.Environment, Is.EqualTo(new KeyValuePair<string, string>[] { new("A_1", "b c=d"), new("B", ""), new("A_1", "e") }));
    }

    [TestCase("environment {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("environment=\"A\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("environment=\"=b\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("environment=\"A-B=c\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("environment=\"A B=c\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("nonsense {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("no-pty,expiry-time=\"20300101\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("permitopen=\"host:1\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("cert-authority {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("command {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("command=\"a\",command=\"b\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("command=\"caf\uFFFD\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("command=\"a\0b\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("environment=\"A=\0\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("from=\"*,!\uFFFD.example\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("pty=\"yes\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("from=\"10.0.0.0/33\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("from=\"10.0.0.1/8\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("from=\"\" {ed}", SshErrorKind.UnsupportedKey)]
    [TestCase("ssh-ed25519-cert-v01@openssh.com AAAA", SshErrorKind.UnsupportedKey)]
    [TestCase("no-pty ssh-ed25519-cert-v01@openssh.com AAAA", SshErrorKind.UnsupportedKey)]
    [TestCase("ssh-dss AAAAB3NzaC1kc3M=", SshErrorKind.UnsupportedKey)]
    [TestCase("sk-ssh-ed25519@openssh.com AAAAGnNrLXNzaC1lZDI1NTE5QG9wZW5zc2guY29t", SshErrorKind.UnsupportedKey)]
    [TestCase("command=\"open {ed}", SshErrorKind.InvalidMessage)]
    [TestCase("command=plain {ed}", SshErrorKind.InvalidMessage)]
    [TestCase("no-pty, {ed}", SshErrorKind.InvalidMessage)]
    [TestCase(",no-pty {ed}", SshErrorKind.InvalidMessage)]
    [TestCase("no-pty", SshErrorKind.InvalidMessage)]
    [TestCase("command=\"a\"no-pty {ed}", SshErrorKind.InvalidMessage)]
    [TestCase("ssh-ed25519", SshErrorKind.InvalidMessage)]
    public void WhatCannotBeHonouredAuthorisesNobody(string line, SshErrorKind kind)
    {
        var file = AuthorizedKeys.Parse(Fill("# one\n" + line), "keys");
        Assert.That(file.Entries, Is.Empty);
        Assert.That(file.Problems.Single().Error.Kind, Is.EqualTo(kind));
        Assert.That(file.Problems.Single().ToString(), Does.StartWith("keys:2: "));
        Assert.That(file.TryFind(Ed, "192.0.2.1", out _), Is.False);
    }

    [TestCase("192.0.2.1", "192.0.2.1", null, true)]
    [TestCase("192.0.2.1", "192.0.2.10", null, false)]
    [TestCase("192.0.2.*", "192.0.2.10", null, true)]
    [TestCase("192.0.2.0/24", "192.0.2.10", null, true)]
    [TestCase("192.0.2.0/24", "::ffff:192.0.2.10", null, true)]
    [TestCase("192.0.2.*", "::ffff:192.0.2.10", null, true)]
    [TestCase("192.0.2.0/24", "192.0.3.10", null, false)]
    [TestCase("192.0.2.0/25", "192.0.2.128", null, false)]
    [TestCase("0.0.0.0/0", "203.0.113.9", null, true)]
    [TestCase("0.0.0.0/0", "2001:db8::1", null, false)]
    [TestCase("2001:db8::/32", "2001:db8:1::2", null, true)]
    [TestCase("2001:db8::/32", "2001:db9::2", null, false)]
    [TestCase("2001:DB8:0:0::1", "2001:db8::1", null, true)]
    [TestCase("192.0.2.0/24,!192.0.2.7", "192.0.2.7", null, false)]
    [TestCase("!192.0.2.7,192.0.2.0/24", "192.0.2.8", null, true)]
    [TestCase("!192.0.2.7", "192.0.2.8", null, false)]
    [TestCase("*.example.com", "192.0.2.8", "a.example.com", true)]
    [TestCase("*.example.com,!b.example.com", "192.0.2.8", "b.example.com", false)]
    [TestCase("*.example.com", "192.0.2.8", null, false)]
    [TestCase("*", "not an address", null, false)]
    public void Sources(string list, string address, string? name, bool allowed)
    {
        var entry = Single($"from=\"{list}\" {{ed}}");
        Assert.That(entry.AllowsSource(address, name), Is.EqualTo(allowed));
        Assert.That(AuthorizedKeys.Parse(Fill($"from=\"{list}\" {{ed}}")).TryFind(Ed, address, out _, name), Is.EqualTo(allowed));
    }

    [Test]
    public void TheFirstLineThatFitsTheAddressCounts()
    {
        var file = AuthorizedKeys.Parse(Fill("from=\"10.0.0.0/8\" {ed}\nno-pty {ed}\n{ed}\n"));
        Assert.That(file.TryFind(Ed, "10.1.2.3", out var inside) && inside.AllowsPty);
        Assert.That(file.TryFind(Ed, "192.0.2.1", out var outside) && !outside.AllowsPty);
    }

    [TestCase("1.2.3.4", true)]
    [TestCase("01.2.3.4", false)]
    [TestCase("256.2.3.4", false)]
    [TestCase("1.2.3", false)]
    [TestCase("1.2.3.4.5", false)]
    [TestCase("1.2.3.", false)]
    [TestCase("0x1.2.3.4", false)]
    [TestCase("", false)]
    [TestCase("::", true)]
    [TestCase("::1", true)]
    [TestCase("1::", true)]
    [TestCase("fe80::1%eth0", true)]
    [TestCase("1:2:3:4:5:6:7:8", true)]
    [TestCase("1:2:3:4:5:6:7", false)]
    [TestCase("1:2:3:4:5:6:7:8:9", false)]
    [TestCase("1:2:3:4:5:6:7::8", false)]
    [TestCase("1:2:3:4:5:6::8", true)]
    [TestCase("1::2::3", false)]
    [TestCase(":1", false)]
    [TestCase("1:", false)]
    [TestCase("12345::", false)]
    [TestCase("::1.2.3.4", true)]
    [TestCase("1:2:3:4:5:6:1.2.3.4", true)]
    [TestCase("1:2:3:4:5:6:7:1.2.3.4", false)]
    [TestCase("::g", false)]
    public void Addresses(string text, bool valid)
    {
        Assert.That(IpAddressText.TryParse(text, out var bytes, out _), Is.EqualTo(valid));
        if (valid && !text.Contains('%'))
        {
            Assert.That(bytes, Is.EqualTo(System.Net.IPAddress.Parse(text).MapToIPv6().GetAddressBytes()));
        }
    }

    [Test]
    public void EveryTruncationAndFlipParses()
    {
        string text = Fill("restrict,command=\"a \\\"b\",from=\"10.0.0.0/8,!*.example.com\" {ed} note\n");
        for (int i = 0; i < text.Length; i++)
        {
            AuthorizedKeys.Parse(text.Substring(0, i)).TryFind(Ed, "10.0.0.1", out _);
            foreach (char mask in "\u0001\u0010\u0080")
            {
                var chars = text.ToCharArray();
                chars[i] ^= mask;
                AuthorizedKeys.Parse(new string(chars)).TryFind(Ed, "10.0.0.1", out _);
            }
        }
    }

    private static AuthorizedKey Single(string line)
    {
        var file = AuthorizedKeys.Parse(Fill(line));
        Assert.That(file.Problems, Is.Empty);
        return file.Entries.Single();
    }

    private static string Fill(string text) => text.Replace("{ed}", Ed.ToOpenSshString()).Replace("{ec}", Ec.ToOpenSshString());
}
