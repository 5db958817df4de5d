using NUnit.Framework;
using SshCore.Sftp;
using SshCore.TestKit;

namespace SshCore.Tests.Core.Sftp;

/// <summary>A client machine and a <see cref="TinyServer"/> without a connection between them; bytes arrive when the test says so.</summary>
internal sealed class TransferRig : IDisposable
{
    public TransferRig(TinyServer? server = null, SftpLimits? limits = null)
    {
        Server = server ?? new TinyServer();
        Machine = new SftpClientMachine(limits);
    }

    public TinyServer Server { get; }

    public SftpClientMachine Machine { get; }

    /// <summary>What downloads gave.</summary>
    public byte[] Target { get; private set; } = [];

    /// <summary>What uploads read from.</summary>
    public byte[] Source { get; set; } = [];

    public List<ulong> Offsets { get; } = [];

    public List<SftpTransfer> Ended { get; } = [];

    public List<SftpReply> Others { get; } = [];

    /// <summary>Bytes that reach the machine at a time.</summary>
    public int Chunk { get; set; } = int.MaxValue;

    /// <summary>Gets each reply of a transfer first.</summary>
    public Action<SftpReply>? OnReply { get; set; }

    /// <summary>Most bytes in flight at once.</summary>
    public long Most { get; private set; }

    public static byte[] Random(int length, ulong seed = 7)
    {
        var bytes = new byte[length];
        new SeededRandom(seed).Fill(bytes);
        return bytes;
    }

    /// <summary>Moves bytes both ways and plays the host until nothing moves.</summary>
    public void Run()
    {
        bool moved = true;
        while (moved)
        {
            moved = Poll();
            moved |= Send();
            moved |= Deliver(int.MaxValue);
        }
    }

    public bool Send()
    {
        bool moved = false;
        while (Machine.HasOutput)
        {
            var bytes = Machine.PeekOutput();
            Server.Take(bytes.Span);
            Machine.AdvanceOutput(bytes.Length);
            moved = true;
        }

        return moved;
    }

    /// <summary>Gives the machine that many of the server's bytes.</summary>
    public bool Deliver(int most)
    {
        bool moved = false;
        while (Server.HasOutput && most > 0)
        {
            var bytes = Server.Peek();
            int taken = Machine.Receive(bytes.Span.Slice(0, Math.Min(Math.Min(bytes.Length, Chunk), most)));
            Server.Advance(taken);
            most -= taken;
            moved |= taken > 0;
            bool polled = Poll();
            moved |= polled;
            if (taken == 0 && !polled)
            {
                break;
            }
        }

        return moved;
    }

    public bool Poll()
    {
        bool any = false;
        while (Machine.TryPoll(out var reply))
        {
            any = true;
            OnReply?.Invoke(reply);
            switch (reply.Kind)
            {
                case SftpReplyKind.TransferData:
                    Offsets.Add(reply.Offset);
                    Take((int)reply.Offset, Machine.BorrowData(reply));
                    Assert.That(Machine.BorrowData(reply).Length, Is.EqualTo(reply.Length));
                    break;
                case SftpReplyKind.TransferRoom:
                    Fill((SftpUpload)reply.Transfer!);
                    break;
                case SftpReplyKind.TransferEnded:
                    Ended.Add(reply.Transfer!);
                    break;
                default:
                    Others.Add(reply);
                    break;
            }

            Most = Math.Max(Most, Machine.ReadsInFlight);
        }

        return any;
    }

    public void Dispose() => Machine.Dispose();

    private void Take(int offset, ReadOnlyMemory<byte> data)
    {
        if (Target.Length < offset + data.Length)
        {
            var larger = Target;
            Array.Resize(ref larger, offset + data.Length);
            Target = larger;
        }

        data.CopyTo(Target.AsMemory(offset));
    }

    private void Fill(SftpUpload upload)
    {
        while (upload.Position < (ulong)Source.Length && upload.TryReserve(Source.Length - (int)upload.Position, out var room))
        {
            Source.AsSpan((int)upload.Position, room.Span.Length).CopyTo(room.Span);
            room.Commit(room.Span.Length);
        }

        if (upload.TakesData && upload.Position >= (ulong)Source.Length)
        {
            upload.Complete();
        }
    }
}
