using NUnit.Framework;
using SshCore.Errors;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Hostile;

/// <summary>What a peer reads in our DISCONNECT: a sentence of its kind, and no detail.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class DisconnectTextTests(Role role)
{
    [Test]
    public void NothingOfTheDetailIsSent()
    {
        using var script = Subjects.Start(role).Handshake();
        script.Send(MessageId.ChannelData);
        string text = Text(script);
        Assert.That(text, Is.EqualTo("A message is not allowed here."));
        Assert.That(script.Error!.ToString(), Does.Contain("message 94"), "the host learns it");
        Assert.That(script.Error.ToString(), Does.Contain("expected"));
    }

    [Test]
    public void ALimitIsNotTold()
    {
        using var script = Subjects.Start(role).Handshake();
        script.Send(ExtInfoTests.ExtInfo([.. System.Linq.Enumerable.Repeat(("a", "b"), 65)]));
        Assert.That(Text(script), Is.EqualTo("A limit was exceeded."));
        Assert.That(script.Error!.ToString(), Does.Contain("64"));
    }

    [Test]
    public void OurListsAreNotRepeated()
    {
        using var script = Subjects.StartWith(role, new ScriptKexInit { Ciphers = "none-of-ours" }).ExchangeVersions();
        script.SendKexInit();
        Assert.That(Text(script), Is.EqualTo("There is no algorithm in common."));
        Assert.That(script.Error!.ToString(), Does.Contain("none-of-ours").And.Contain("chacha20-poly1305@openssh.com"));
    }

    [Test]
    public void EveryKindHasASentenceWithoutDetail([Values] SshErrorKind kind)
    {
        string text = DisconnectMap.TextFor(new SshError(kind, "xyzzy", "plugh", "plover"));
        Assert.That(text, kind == SshErrorKind.LocalDisconnect ? Is.EqualTo("xyzzy") : Does.EndWith(".").And.Not.Contain("xyzzy"));
        Assert.That(text, Does.Not.Contain("plugh").And.Not.Contain("plover"));
    }

    [Test]
    public void TheHostsOwnWordsAreSent()
    {
        using var script = Subjects.Start(role).Handshake();
        script.Subject.Disconnect(DisconnectReason.TooManyConnections, "come back later");
        Assert.That(Text(script), Is.EqualTo("come back later"));
    }

    private static string Text(PeerScript script)
    {
        byte[]? last = null;
        while (script.TryNext() is { } payload)
        {
            last = payload;
        }

        var reader = new SshReader(last);
        Assert.That((MessageId)reader.ReadByte(), Is.EqualTo(MessageId.Disconnect));
        reader.ReadUInt32();
        string text = reader.ReadText();
        reader.ReadText();
        Assert.That(reader.IsComplete);
        return text;
    }
}
