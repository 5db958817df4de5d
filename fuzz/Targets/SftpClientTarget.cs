using SshCore.Fuzz.Driving;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Fuzz.Targets;

/// <summary>
/// The client of SFTP against a server's stream, with one request of each kind waiting and transfers under way. Without
/// control bytes the stream is given whole and byte by byte, and both must give the same replies and output; with control bytes
/// they cut it and mix it with more requests, cancels and time.
/// </summary>
public sealed class SftpClientTarget : FuzzTarget
{
    private static readonly SftpHandle Handle = new("handle"u8);

    public override string Name => "sftp-client";

    public override void Run(ReadOnlySpan<byte> input)
    {
        var control = ControlBytes.Split(input, out var data);
        if (control.IsEmpty)
        {
            var whole = Feed(data, int.MaxValue);
            var single = Feed(data, 1);
            if (whole != single)
            {
                throw new FuzzFindingException($"Whole: {whole}\nSingle bytes: {single}");
            }
        }
        else
        {
            RunControlled(data, control);
        }
    }

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        // The ids of the requests that Start makes, in order, behind the machine's own for limits.
        var replies = new List<byte[]> { Version() };
        uint id = 1;
        uint Next() => id++;
        for (int i = 0; i < 31; i++)
        {
            replies.Add(Reply(SftpMessageType.Status, Next(), w => Status(w, 4)));
        }

        yield return ("refused", Input(replies));
        yield return ("refused-cut", ControlBytes.Join(Input(replies).AsSpan()[..^1], 7, 64, 200, 3));

        replies = [Version()];
        id = 1;
        void Say(SftpMessageType type, Action<SshWriter> body) => replies.Add(Reply(type, Next(), body));
        void Ok() => Say(SftpMessageType.Status, w => Status(w, 0));
        void Attributes() => Say(SftpMessageType.Attributes, w => new SftpAttributes { Size = 1000, UserId = 1, GroupId = 2, Permissions = 0x81a4, AccessTime = 3, ModifyTime = 4 }.Write(w));
        void Name() => Say(SftpMessageType.Name, w =>
        {
            w.WriteUInt32(1);
            w.WriteString("name");
            w.WriteString("-rw-r--r-- name");
            new SftpAttributes { Size = 5, Extended = [new("a@b", "c"u8.ToArray())] }.Write(w);
        });
        void Numbers(int count) => Say(SftpMessageType.ExtendedReply, w =>
        {
            for (int i = 0; i < count; i++)
            {
                w.WriteUInt64(100_000);
            }
        });
        Say(SftpMessageType.Handle, w => w.WriteString("h1"));
        Ok();
        Say(SftpMessageType.Data, w => w.WriteString("data"));
        Ok();
        Attributes();
        Attributes();
        Attributes();
        Ok();
        Ok();
        Say(SftpMessageType.Handle, w => w.WriteString("h2"));
        Name();
        Ok();
        Ok();
        Ok();
        Name();
        Ok();
        Name();
        Ok();
        Ok();
        Numbers(11);
        Numbers(11);
        Ok();
        Ok();
        Ok();
        Numbers(4);
        Name();
        Name();
        Ok();
        Say(SftpMessageType.ExtendedReply, w =>
        {
            w.WriteString([0, 0, 0, 1, (byte)'u']);
            w.WriteString([0, 0, 0, 1, (byte)'g']);
        });
        Say(SftpMessageType.ExtendedReply, w =>
        {
            w.WriteString("md5");
            w.WriteBytes(new byte[16]);
        });
        Say(SftpMessageType.ExtendedReply, w => w.WriteBytes("anything"u8));
        Say(SftpMessageType.Handle, w => w.WriteString("down"));
        Attributes();
        Say(SftpMessageType.Handle, w => w.WriteString("up"));
        Numbers(4);
        Say(SftpMessageType.Data, w => w.WriteString(new byte[1000]));
        Ok();
        Ok();
        yield return ("answered", Input(replies));
        yield return ("answered-mixed", ControlBytes.Join(Input(replies).AsSpan()[..^1], 20, 255, 90, 230, 1, 245, 33));
        yield return ("reordered", Input([replies[0], .. System.Linq.Enumerable.Reverse(replies.GetRange(1, replies.Count - 1))]));
        yield return ("version-2", Input([Message(SftpMessageType.Version, w => w.WriteUInt32(2))]));
    }

    private static void Start(SftpClientMachine machine)
    {
        for (int i = 0; i < 31; i++)
        {
            Request(machine, i);
        }

        machine.Download("/down", new SftpDownloadOptions { InOrder = true });
        machine.Upload("/up");
    }

    private static void Request(SftpClientMachine machine, int which)
    {
        var mode = new SftpAttributes { Permissions = 0x1a4 };
        _ = which switch
        {
            0 => machine.Open("/a", SftpOpenFlags.Read),
            1 => machine.Close(Handle),
            2 => machine.Read(Handle, 0, 1000),
            3 => machine.Write(Handle, 0, "data"u8, out var id) > 0 ? id : default,
            4 => machine.LStat("/a"),
            5 => machine.Stat("/a"),
            6 => machine.FStat(Handle),
            7 => machine.SetStat("/a", mode),
            8 => machine.FSetStat(Handle, mode),
            9 => machine.OpenDirectory("/a"),
            10 => machine.ReadDirectory(Handle),
            11 => machine.Remove("/a"),
            12 => machine.MakeDirectory("/a"),
            13 => machine.RemoveDirectory("/a"),
            14 => machine.RealPath("."),
            15 => machine.Rename("/a", "/b"),
            16 => machine.ReadLink("/a"),
            17 => machine.SymbolicLink("/a", "/b"),
            18 => machine.PosixRename("/a", "/b"),
            19 => machine.StatVfs("/a"),
            20 => machine.FStatVfs(Handle),
            21 => machine.HardLink("/a", "/b"),
            22 => machine.FSync(Handle),
            23 => machine.LSetStat("/a", mode),
            24 => machine.AskLimits(),
            25 => machine.ExpandPath("~"),
            26 => machine.HomeDirectory("who"),
            27 => machine.CopyData(Handle, 0, 0, Handle, 0),
            28 => machine.UsersGroupsById([1], [2]),
            29 => machine.CheckFile("/a", "md5", 0, 0, 0),
            _ => machine.Extended("x@example.org", "data"u8),
        };
    }

    private static string Feed(ReadOnlySpan<byte> data, int chunk)
    {
        using var machine = new SftpClientMachine();
        Start(machine);
        var log = new Log();
        while (!data.IsEmpty)
        {
            int taken = machine.Receive(data[..Math.Min(chunk, data.Length)]);
            data = data[taken..];
            if (!Poll(machine, log) && taken == 0)
            {
                break; // it has ended
            }
        }

        machine.ReceiveEnd();
        Poll(machine, log);
        CheckEnd(machine, log);
        return log.ToString();
    }

    private static void RunControlled(ReadOnlySpan<byte> data, ControlBytes control)
    {
        using var machine = new SftpClientMachine(new SftpLimits { TransferWindow = 100_000, QueuedOutput = 50_000, PendingRequests = 200 });
        var transfers = new List<SftpTransfer> { machine.Download("/a"), machine.Download("/b", new SftpDownloadOptions { InOrder = true }), machine.Upload("/c") };
        var log = new Log();
        var now = default(SshInstant);
        while (!data.IsEmpty && machine.Error is null)
        {
            byte step = control.Next();
            if (step >= 0xC0 && machine.PendingRequests < 150)
            {
                int which = step & 0x3F;
                switch (which)
                {
                    case < 31:
                        Request(machine, which);
                        break;
                    case < 40:
                        transfers[which % transfers.Count].Cancel();
                        break;
                    case < 50 when transfers.Count < 40:
                        transfers.Add((which & 1) == 0 ? machine.Download(Handle) : machine.Upload(Handle));
                        break;
                    default:
                        now += TimeSpan.FromMilliseconds(which);
                        machine.Tick(now);
                        break;
                }
            }

            int length = Math.Min(data.Length, Math.Max(1, step & 0x7F));
            int taken = machine.Receive(data[..length]);
            data = data[taken..];
            if (!Poll(machine, log) && taken == 0)
            {
                break;
            }
        }

        machine.ReceiveEnd();
        Poll(machine, log);
        CheckEnd(machine, log);
        foreach (var transfer in transfers)
        {
            if (!transfer.IsEnded)
            {
                throw new FuzzFindingException("A transfer outlives its session.");
            }
        }
    }

    private static bool Poll(SftpClientMachine machine, Log log)
    {
        bool any = false;
        while (machine.TryPoll(out var reply))
        {
            any = true;
            if (log.HasEnded)
            {
                throw new FuzzFindingException($"{reply.Kind} came after the end.");
            }

            log.HasEnded = reply.Kind == SftpReplyKind.Ended;
            log.Add($"{reply.Kind} {reply.Request} {reply.Id.Number} {reply.Code} {reply.Offset} {reply.Length} {machine.BorrowData(reply).Length} {reply.Names.Count} {reply.Handle}");
            if (reply.Transfer is SftpUpload upload && reply.Kind == SftpReplyKind.TransferRoom)
            {
                upload.Write(new byte[60_000]);
                upload.Complete();
            }

            Send(machine, log);
        }

        if (machine.HasWork)
        {
            throw new FuzzFindingException("The machine says that it has work, and a poll gives nothing.");
        }

        Send(machine, log);
        return any;
    }

    private static void Send(SftpClientMachine machine, Log log)
    {
        while (machine.HasOutput)
        {
            int count = machine.PeekOutput().Length;
            log.Sent += count;
            machine.AdvanceOutput(count);
        }
    }

    private static void CheckEnd(SftpClientMachine machine, Log log)
    {
        if (!log.HasEnded || machine.Error is null || machine.PendingRequests != 0 || machine.Transfers != 0)
        {
            throw new FuzzFindingException($"After the end {machine.PendingRequests} requests and {machine.Transfers} transfers wait; error: {machine.Error}");
        }
    }

    private static byte[] Version() => Message(SftpMessageType.Version, w =>
    {
        w.WriteUInt32(3);
        w.WriteString(SftpExtensionNames.PosixRename);
        w.WriteString("1");
    });

    private static void Status(SshWriter writer, uint code)
    {
        writer.WriteUInt32(code);
        writer.WriteString("message");
        writer.WriteString("en");
    }

    private static byte[] Reply(SftpMessageType type, uint id, Action<SshWriter> body) => Message(type, w =>
    {
        w.WriteUInt32(id);
        body(w);
    });

    private static byte[] Message(SftpMessageType type, Action<SshWriter> body)
    {
        using var writer = new SshWriter();
        int mark = writer.BeginString();
        writer.WriteByte((byte)type);
        body(writer);
        writer.EndString(mark);
        return writer.ToArray();
    }

    private static byte[] Input(IEnumerable<byte[]> messages)
    {
        var all = new List<byte>();
        foreach (byte[] message in messages)
        {
            all.AddRange(message);
        }

        return ControlBytes.Join(all.ToArray());
    }

    private sealed class Log
    {
        private readonly System.Text.StringBuilder _text = new();

        public bool HasEnded { get; set; }

        public long Sent { get; set; }

        public void Add(string line) => _text.Append(line).Append('\n');

        public override string ToString() => $"{_text}{Sent} bytes sent";
    }
}
