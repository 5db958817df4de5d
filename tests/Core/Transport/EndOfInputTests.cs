using NUnit.Framework;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Transport;

/// <summary>The peer closes the stream while a decision is pending.</summary>
[TestFixture]
internal sealed class EndOfInputTests
{
    [Test]
    public void NothingMoreIsWantedWhileTheHostKeyIsUndecided()
    {
        using var script = Subjects.Start(Role.Client);
        HostKeyOffered? offered = null;
        script.OnEvent = e => offered = e.Body as HostKeyOffered ?? offered;
        script.ExchangeVersions().ExchangeKexInits().ExchangeValues().SendNewKeys();
        Assert.That(offered, Is.Not.Null);
        Assert.That(script.Subject.WantsInput);
        script.EndStream();
        Assert.That(script.Subject.WantsInput, Is.False, "a host that reads on would meet the end of the stream again and again");
        Assert.That(script.Error, Is.Null, "what came before the end is handled first");
        offered!.Accept();
        script.Pump();
        Assert.That(script.HasEvent(SshEventKind.KeysChanged));
        script.ExpectClosed(SshErrorKind.ConnectionLost, disconnect: false);
    }
}
