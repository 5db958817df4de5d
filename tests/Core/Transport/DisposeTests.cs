using NUnit.Framework;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Wire;

namespace SshCore.Tests.Core.Transport;

/// <summary>Dropping a connection without a word, as a forked child drops its copy.</summary>
[TestFixture(Role.Client)]
[TestFixture(Role.Server)]
internal sealed class DisposeTests(Role role)
{
    [Test]
    public void NothingIsSentAndWhatWaitsIsGone()
    {
        using var script = Subjects.Start(role).LogIn();
        while (script.TryNext() is not null)
        {
            // Whatever belongs to the log-in.
        }

        var subject = script.Subject;
        subject.SendIgnore(100);
        Assert.That(subject.HasOutput);
        subject.Dispose();
        Assert.That(subject.HasOutput, Is.False);
        Assert.That(subject.PeekOutput().IsEmpty);
        Assert.That(subject.WantsInput, Is.False);
        subject.Tick(new SshInstant(TimeSpan.FromHours(1)));
        subject.Disconnect();
        Assert.That(subject.HasOutput, Is.False);
    }
}
