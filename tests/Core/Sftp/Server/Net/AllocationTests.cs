using NUnit.Framework;
using SshCore.Sftp;
using static SshCore.Tests.Core.Sftp.Server.ServerRig;

namespace SshCore.Tests.Core.Sftp.Server;

/// <summary>PERFORMANCE: 0 bytes allocated per READ and WRITE, replies included, after warm-up.</summary>
[NonParallelizable]
internal sealed class AllocationTests
{
    private const int Rounds = 2000;

    [TestCase(512)]
    [TestCase(32 * 1024)]
    [TestCase(255 * 1024)]
    public void ReadsAllocateNothing(int size)
    {
        using var rig = new ServerRig();
        var message = Read(1, rig.Open(overlapsReads: true), 0, (uint)size);
        Measure(rig, message, request =>
        {
            request.ReserveData().Span[0] = 1;
            request.CommitData(size);
        });
    }

    [TestCase(512)]
    [TestCase(32 * 1024)]
    [TestCase(255 * 1024)]
    public void WritesAllocateNothing(int size)
    {
        using var rig = new ServerRig();
        var message = Write(1, rig.Open(), 0, new byte[size]);
        long written = 0;
        Measure(rig, message, request =>
        {
            written += request.Data.Length;
            request.Answer(SftpStatus.Ok);
        });
        Assert.That(written, Is.GreaterThanOrEqualTo(2L * Rounds * size));
    }

    private static void Measure(ServerRig rig, byte[] message, Action<SftpServerRequest> answer)
    {
        long replies = 0;
        void Run()
        {
            for (int i = 0; i < Rounds; i++)
            {
                rig.Machine.Receive(message);
                while (rig.Machine.TryPollRequest(out var request))
                {
                    answer(request);
                    replies++;
                }

                while (rig.Machine.HasOutput)
                {
                    rig.Machine.AdvanceOutput(rig.Machine.PeekOutput().Length);
                }
            }
        }

        Run();
        // The least of three: what the collector took out of the shared pool meanwhile is no cost of requests.
        long least = long.MaxValue;
        int runs = 1;
        for (; runs <= 3 && least > 0; runs++)
        {
            long before = GC.GetAllocatedBytesForCurrentThread();
            Run();
            least = Math.Min(least, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        Assert.That(replies, Is.EqualTo(runs * Rounds));
        Assert.That(least / Rounds, Is.Zero, "bytes a request");
    }
}
