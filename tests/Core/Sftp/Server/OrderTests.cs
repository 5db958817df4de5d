using NUnit.Framework;
using SshCore.Errors;
using SshCore.Sftp;
using static SshCore.Tests.Core.Sftp.Server.ServerRig;

namespace SshCore.Tests.Core.Sftp.Server;

/// <summary>Requests overlap where nobody can see it, and nowhere else; how a session ends.</summary>
internal sealed class OrderTests
{
    [Test]
    public void QuestionsOverlapAndAreAnsweredInAnyOrder()
    {
        using var rig = new ServerRig();
        var requests = new List<SftpServerRequest>();
        foreach (var type in (SftpMessageType[])[SftpMessageType.Stat, SftpMessageType.LStat, SftpMessageType.RealPath, SftpMessageType.ReadLink, SftpMessageType.OpenDirectory])
        {
            requests.Add(rig.Ask(OnPath(type, (uint)type, "x")));
        }

        for (int i = requests.Count - 1; i >= 0; i--)
        {
            uint id = requests[i].Id;
            requests[i].Answer(SftpStatusCode.NoSuchFile);
            rig.ExpectStatus(id, SftpStatusCode.NoSuchFile);
        }
    }

    [Test]
    public void WritesOfOneFileKeepTheirOrderAndCloseComesLast()
    {
        using var rig = new ServerRig();
        var handle = rig.Open(overlapsReads: true);
        rig.Give([.. Write(1, handle, 0, [1]), .. Write(2, handle, 0, [2]), .. Read(3, handle, 0, 1), .. Read(4, handle, 0, 1),
            .. Request(SftpMessageType.FSetStat, 5, w => { w.WriteString(handle); w.WriteUInt32(0); }), .. OnHandle(SftpMessageType.Close, 6, handle), .. OnPath(SftpMessageType.Stat, 7, "f")]);
        Only(rig, 1).Answer(SftpStatus.Ok);
        Only(rig, 2).Answer(SftpStatus.Ok);
        var three = rig.Poll();
        var four = rig.Poll();
        rig.PollNothing();
        four.AnswerData([1]);
        rig.PollNothing();
        three.AnswerData([1]);
        Only(rig, 5).Answer(SftpStatus.Ok);
        Only(rig, 6).Answer(SftpStatus.Ok);
        Only(rig, 7).AnswerAttributes(default);
    }

    [Test]
    public void ReadsOfAFileThatAllowsOneAtATimeComeOneAtATime()
    {
        using var rig = new ServerRig();
        var handle = rig.Open(overlapsReads: false);
        rig.Give([.. Read(1, handle, 0, 1), .. Read(2, handle, 0, 1), .. OnHandle(SftpMessageType.FStat, 3, handle)]);
        Only(rig, 1).AnswerData([1]);
        Only(rig, 2).AnswerData([1]);
        Only(rig, 3).AnswerAttributes(default);
    }

    [Test]
    public void DifferentFilesDoNotWaitForEachOther()
    {
        using var rig = new ServerRig();
        var a = rig.Open();
        var b = rig.Open();
        rig.Give([.. Write(1, a, 0, [1]), .. Write(2, b, 0, [2]), .. Write(3, a, 0, [3])]);
        var one = rig.Poll();
        var two = rig.Poll();
        rig.PollNothing();
        two.Answer(SftpStatus.Ok);
        rig.PollNothing();
        one.Answer(SftpStatus.Ok);
        var three = Only(rig, 3);
        Assert.That(three.Data.ToArray(), Is.EqualTo(new byte[] { 3 }), "waiting does not lose the data");
    }

    [TestCase(SftpMessageType.Remove)]
    [TestCase(SftpMessageType.RemoveDirectory)]
    public void ChangesOfNamesStandAlone(SftpMessageType change)
    {
        using var rig = new ServerRig();
        var handle = rig.Open(overlapsReads: true);
        rig.Give([.. OnPath(SftpMessageType.Stat, 1, "x"), .. OnPath(change, 2, "x"), .. Read(3, handle, 0, 1), .. OnPath(SftpMessageType.Stat, 4, "x")]);
        Only(rig, 1).AnswerAttributes(default);
        Only(rig, 2).Answer(SftpStatus.Ok);
        rig.Poll();
        rig.Poll();
    }

    [Test]
    public void ADirectoryIsReadBesideQuestions()
    {
        using var rig = new ServerRig();
        var handle = rig.Open(directory: true);
        rig.Give([.. OnHandle(SftpMessageType.ReadDirectory, 1, handle), .. OnPath(SftpMessageType.Stat, 2, "x"), .. OnHandle(SftpMessageType.ReadDirectory, 3, handle), .. OnHandle(SftpMessageType.Close, 4, handle)]);
        var one = rig.Poll();
        var two = rig.Poll();
        rig.PollNothing();
        two.AnswerAttributes(default);
        rig.PollNothing();
        one.Answer(SftpStatusCode.EndOfFile);
        Only(rig, 3).Answer(SftpStatusCode.EndOfFile);
        Only(rig, 4).Answer(SftpStatus.Ok);
    }

    [Test]
    public void WhileDataIsReservedNothingElseIsSent()
    {
        using var rig = new ServerRig();
        var handle = rig.Open(overlapsReads: true);
        var stat = rig.Ask(OnPath(SftpMessageType.Stat, 1, "x"));
        var read = rig.Ask(Read(2, handle, 0, 10));
        rig.Give(OnPath(SftpMessageType.Stat, 3, "x"));
        var room = read.ReserveData();
        rig.PollNothing();
        Assert.Throws<SshUsageException>(() => stat.AnswerAttributes(default));
        room.Span.Fill(5);
        read.CommitData(10);
        stat.AnswerAttributes(default);
        Assert.That(rig.Poll().Id, Is.EqualTo(3));
        Assert.That(rig.Next()[9..], Is.All.EqualTo(5));
    }

    [Test]
    public void OutputCanBeSentWhileDataIsReserved()
    {
        using var rig = new ServerRig();
        var handle = rig.Open(overlapsReads: true);
        rig.Ask(Read(1, handle, 0, 10)).AnswerData(new byte[10]);
        var read = rig.Ask(Read(2, handle, 0, 10));
        var room = read.ReserveData();
        rig.Next();
        Assert.That(rig.HasReply, Is.False);
        room.Span.Fill(9);
        read.CommitData(10);
        Assert.That(rig.Next()[9..], Is.EqualTo(new byte[] { 9, 9, 9, 9, 9, 9, 9, 9, 9, 9 }));
    }

    [Test]
    public void TheEndWaitsForWhatIsOwed()
    {
        using var rig = new ServerRig();
        rig.Give([.. OnPath(SftpMessageType.Stat, 1, "x"), .. OnPath(SftpMessageType.Remove, 2, "y")]);
        rig.Machine.ReceiveEnd();
        var one = Only(rig, 1);
        one.AnswerAttributes(default);
        var two = Only(rig, 2);
        Assert.That(rig.Machine.Error, Is.Null);
        two.Answer(SftpStatus.Ok);
        rig.PollNothing();
        Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
        Assert.That(rig.Machine.ClosedByPeer);
        rig.Next();
        rig.ExpectStatus(2, SftpStatusCode.Ok);
    }

    [Test]
    public void AnEndInsideAMessageIsNoCleanOne()
    {
        using var rig = new ServerRig();
        rig.Give(OnPath(SftpMessageType.Stat, 1, "x")[..7]);
        rig.Machine.ReceiveEnd();
        rig.PollNothing();
        Assert.That(rig.Machine.Error?.Kind, Is.EqualTo(SshErrorKind.ConnectionLost));
        Assert.That(rig.Machine.ClosedByPeer, Is.False);
    }

    [Test]
    public void AnswersAfterTheEndHaveNoEffect()
    {
        using var rig = new ServerRig();
        var handle = rig.Open("open file", overlapsReads: true);
        var open = rig.Ask(OnPath(SftpMessageType.OpenDirectory, 1, "x"));
        var read = rig.Ask(Read(2, handle, 0, 10));
        var reserved = rig.Ask(Read(3, handle, 0, 10));
        var room = reserved.ReserveData();
        rig.Machine.Abort("gone");
        Assert.That(open.AnswerHandle("state"), Is.False);
        read.AnswerData([1, 2, 3]);
        room.Span.Clear();
        reserved.CommitData(10);
        Assert.That(rig.Machine.HasOutput, Is.False);
        Assert.That(rig.Machine.PendingRequests, Is.Zero);
        Assert.That(rig.Machine.TryTakeHandle(out var state) && (string?)state == "open file");
        Assert.That(rig.Machine.TryTakeHandle(out _), Is.False);
    }

    [Test]
    public void NothingRunsBesideACopyOnEitherOfItsFiles([Values] bool copyFirst)
    {
        using var rig = new ServerRig();
        var from = rig.Open("from", overlapsReads: true);
        var to = rig.Open("to", overlapsReads: true);
        byte[] copy = RequestTests.CopyData(1, from, 0, 10, to, 0);
        foreach (byte[] other in (byte[][])[Write(2, to, 0, [1]), Read(2, to, 0, 1), Write(2, from, 0, [1])])
        {
            rig.Give(copyFirst ? [.. copy, .. other] : [.. other, .. copy]);
            Only(rig, copyFirst ? 1u : 2u).Answer(SftpStatusCode.Failure);
            Only(rig, copyFirst ? 2u : 1u).Answer(SftpStatusCode.Failure);
        }

        rig.Give([.. copy, .. OnHandle(SftpMessageType.Close, 2, to)]);
        Only(rig, 1).Answer(SftpStatusCode.Failure);
        Only(rig, 2).Answer(SftpStatus.Ok);
    }

    private static SftpServerRequest Only(ServerRig rig, uint id)
    {
        var request = rig.Poll();
        Assert.That(request.Id, Is.EqualTo(id));
        rig.PollNothing();
        return request;
    }
}
