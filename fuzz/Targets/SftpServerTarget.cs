using System.Buffers.Binary;
using System.Linq;
using SshCore.Fuzz.Driving;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Fuzz.Targets;

/// <summary>
/// A client's bytes for the SFTP server machine. However they are cut, the replies are the same; each request has one reply, under its own
/// id; the limits hold whatever is answered late; and the machine always comes to its end.
/// </summary>
public sealed class SftpServerTarget : FuzzTarget
{
    private static readonly SftpLimits Limits = SftpLimits.Default with
    {
        MessageLength = 4096,
        DataLength = 2048,
        PathLength = 100,
        Handles = 4,
        RequestsInFlight = 4,
        QueuedOutput = 8192,
        ExtendedAttributes = 4,
        Extensions = 4,
    };

    public override string Name => "sftp-server";

    public override void Run(ReadOnlySpan<byte> input)
    {
        var control = ControlBytes.Split(input, out var data);
        var whole = Play(data, default, answersLate: false, out bool isClean);
        var cut = Play(data, control, answersLate: false, out _);
        if (!whole.SequenceEqual(cut))
        {
            throw new FuzzFindingException("The replies depend on how the input is cut.");
        }

        // Where malformed bytes end the session, what is owed then is never sent.
        var late = Play(data, control, answersLate: true, out bool isLateClean);
        if (isClean != isLateClean || Replies(late) > Replies(whole) || (isClean && Replies(late) < Replies(whole)))
        {
            throw new FuzzFindingException("A late answer changes which requests are answered.");
        }
    }

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        byte[] file = Handle(1);
        byte[] directory = Handle(2);
        byte[] attributes = [0, 0, 0, 15, 0, 0, 0, 0, 0, 0, 0, 9, 0, 0, 0, 1, 0, 0, 0, 2, 0, 0, 1, 0xA4, 0, 0, 0, 3, 0, 0, 0, 4];
        yield return Seed("open-read-write-close", Open("a", 0x1B), Request(5, w => { w.WriteString(file); w.WriteUInt64(0); w.WriteUInt32(100); }),
            Request(6, w => { w.WriteString(file); w.WriteUInt64(3); w.WriteString("data"); }), Request(8, w => w.WriteString(file)),
            Request(10, w => { w.WriteString(file); w.WriteBytes(attributes); }), Request(4, w => w.WriteString(file)));
        yield return Seed("list", Open("a", 1), Request(11, w => w.WriteString("d")), Request(12, w => w.WriteString(directory)), Request(12, w => w.WriteString(directory)), Request(4, w => w.WriteString(directory)));
        yield return Seed("paths", [.. new byte[] { 7, 17, 13, 15, 16, 19 }.Select(type => Request(type, w => w.WriteString("p/q")))]);
        yield return Seed("changes", Request(9, w => { w.WriteString("p"); w.WriteBytes(attributes); }), Request(14, w => { w.WriteString("p"); w.WriteBytes(attributes); }),
            Request(18, w => { w.WriteString("p"); w.WriteString("q"); }), Request(20, w => { w.WriteString("p"); w.WriteString("q"); }));
        yield return Seed("extensions", Open("a", 3), Open("b", 3), Extended("limits@openssh.com", _ => { }), Extended("statvfs@openssh.com", w => w.WriteString("/")),
            Extended("fstatvfs@openssh.com", w => w.WriteString(file)), Extended("fsync@openssh.com", w => w.WriteString(file)), Extended("hardlink@openssh.com", w => { w.WriteString("p"); w.WriteString("q"); }),
            Extended("posix-rename@openssh.com", w => { w.WriteString("p"); w.WriteString("q"); }), Extended("lsetstat@openssh.com", w => { w.WriteString("p"); w.WriteBytes(attributes); }),
            Extended("expand-path@openssh.com", w => w.WriteString("~")), Extended("home-directory", w => w.WriteString("me")),
            Extended("users-groups-by-id@openssh.com", w => { w.WriteString([0, 0, 0, 1]); w.WriteString([0, 0, 0, 2]); }),
            Extended("copy-data", w => { w.WriteString(file); w.WriteUInt64(0); w.WriteUInt64(5); w.WriteString(directory); w.WriteUInt64(0); }), Extended("nonsense", w => w.WriteString("x")));
        yield return Seed("check-file", [Open("a", 1), .. new[] { "check-file", "check-file-handle", "check-file-name" }.Select(name => Extended(name, w =>
        {
            w.WriteString(file);
            w.WriteString("md5,sha1");
            w.WriteUInt64(1);
            w.WriteUInt64(2);
            w.WriteUInt32(256);
        }))]);
        yield return Seed("many", [.. Enumerable.Range(0, 20).Select(i => i % 3 == 0 ? Open("a", (uint)i) : Request(5, w => { w.WriteString(file); w.WriteUInt64((ulong)i); w.WriteUInt32(uint.MaxValue); }))]);
    }

    private static (string Name, byte[] Input) Seed(string name, params byte[][] messages) =>
        (name, ControlBytes.Join([.. Message(1, w => w.WriteUInt32(3)), .. messages.SelectMany(message => message)], 1, 7, 200, 3, 0, 90));

    private static byte[] Handle(byte number) => [0, 0, 0, 0, 0, 0, 0, number];

    private static byte[] Open(string path, uint flags) => Request(3, w => { w.WriteString(path); w.WriteUInt32(flags); w.WriteUInt32(0); });

    private static byte[] Extended(string name, Action<SshWriter> body) => Request(200, w => { w.WriteString(name); body(w); });

    private static byte[] Request(byte type, Action<SshWriter> body) => Message(type, w => { w.WriteUInt32(type); body(w); });

    private static byte[] Message(byte type, Action<SshWriter> body)
    {
        using var writer = new SshWriter();
        int mark = writer.BeginString();
        writer.WriteByte(type);
        body(writer);
        writer.EndString(mark);
        return writer.ToArray();
    }

    private static List<byte> Play(ReadOnlySpan<byte> data, ControlBytes control, bool answersLate, out bool isClean)
    {
        var session = new Session(control, answersLate);
        try
        {
            return session.Run(data, out isClean);
        }
        finally
        {
            session.Dispose();
        }
    }

    private static int Replies(List<byte> output)
    {
        var bytes = output.ToArray().AsSpan();
        int count = 0;
        while (!bytes.IsEmpty)
        {
            int length = bytes.Length < 4 ? -1 : (int)BinaryPrimitives.ReadUInt32BigEndian(bytes);
            if (length < 5 || length > bytes.Length - 4 || length > Limits.MessageLength || bytes[4] is not (2 or (>= 101 and <= 105) or 201))
            {
                throw new FuzzFindingException("A reply is malformed.");
            }

            bytes = bytes[(4 + length)..];
            count++;
        }

        return count;
    }

    /// <summary>One run of the machine over the input.</summary>
    private ref struct Session(ControlBytes control, bool answersLate) : IDisposable
    {
        private readonly SftpServerMachine _machine = new(limits: Limits);
        private readonly List<SftpServerRequest> _waiting = [];
        private readonly List<byte> _output = [];
        private ControlBytes _control = control;

        public List<byte> Run(ReadOnlySpan<byte> data, out bool isClean)
        {
            int idle = 0;
            while (true)
            {
                int before = data.Length;
                int step = _control.IsEmpty ? data.Length : Math.Min(data.Length, 1 + _control.Next());
                data = data[_machine.Receive(data[..step])..];
                if (data.IsEmpty)
                {
                    _machine.ReceiveEnd();
                }

                bool any = Poll();
                any |= Send();
                if (_machine.Error is not null)
                {
                    break;
                }

                // Nothing moves: then the answers that are owed have to make it move.
                idle = any || data.Length < before ? 0 : idle + 1;
                if (idle > 0 && _waiting.Count > 0)
                {
                    AnswerOne(_waiting.Count - 1);
                }
                else if (idle > 3)
                {
                    throw new FuzzFindingException("The machine does not move and does not end.");
                }
            }

            while (_waiting.Count > 0)
            {
                AnswerOne(0);
            }

            Send();
            while (_machine.TryTakeHandle(out _))
            {
            }

            isClean = _machine.ClosedByPeer;
            return _output;
        }

        public readonly void Dispose() => _machine.Dispose();

        private bool Poll()
        {
            bool any = false;
            while (_machine.TryPollRequest(out var request))
            {
                any = true;
                _waiting.Add(request);
                if (_machine.PendingRequests > Limits.RequestsInFlight || _machine.OpenHandles > Limits.Handles)
                {
                    throw new FuzzFindingException("A limit does not hold.");
                }

                if (!answersLate || (_control.Next() & 1) == 0)
                {
                    AnswerOne(_waiting.Count - 1);
                }
            }

            return any;
        }

        private readonly bool Send()
        {
            long queued = 0;
            bool any = false;
            while (_machine.HasOutput)
            {
                var bytes = _machine.PeekOutput();
                _output.AddRange(bytes.Span);
                queued += bytes.Length;
                _machine.AdvanceOutput(bytes.Length);
                any = true;
            }

            if (queued > Limits.QueuedOutput + (Limits.RequestsInFlight + 1) * (Limits.MessageLength + 4))
            {
                throw new FuzzFindingException("More output is queued than the limits allow.");
            }

            return any;
        }

        // The answer depends on the request alone, so that runs can be compared.
        private readonly void AnswerOne(int index)
        {
            var request = _waiting[index];
            _waiting.RemoveAt(index);
            switch (request.Kind)
            {
                case SftpRequestKind.Open or SftpRequestKind.OpenDirectory:
                    request.AnswerHandle("state", overlapsReads: request.Path.Length % 2 == 0);
                    break;
                case SftpRequestKind.Read when request.Length > 0 && request.Offset % 3 != 0:
                    request.ReserveData().Span.Fill(7);
                    request.CommitData((int)Math.Min(request.Length, 100));
                    break;
                case SftpRequestKind.Read when request.Offset % 3 != 0:
                    request.AnswerData([]);
                    break;
                case SftpRequestKind.ReadDirectory:
                    request.AnswerNames([new SftpFileName("a", "long a", default), new SftpFileName("b", default, new SftpAttributes { Size = 1 })]);
                    break;
                case SftpRequestKind.Stat or SftpRequestKind.LStat or SftpRequestKind.FStat:
                    request.AnswerAttributes(new SftpAttributes { Size = 5 });
                    break;
                case SftpRequestKind.RealPath or SftpRequestKind.ReadLink or SftpRequestKind.ExpandPath:
                    request.AnswerPath(request.Path);
                    break;
                case SftpRequestKind.StatVfs or SftpRequestKind.FStatVfs:
                    request.AnswerStatVfs(default);
                    break;
                case SftpRequestKind.UsersGroupsById:
                    request.AnswerUsersGroups([.. request.Users.Select(id => $"u{id}")], [.. request.Groups.Select(id => $"g{id}")]);
                    break;
                case SftpRequestKind.CheckFile:
                    request.AnswerHashes("md5", new byte[16]);
                    break;
                case SftpRequestKind.Write:
                    request.Answer(request.Length % 2 == 0 ? SftpStatus.Ok : SftpStatusCode.Failure);
                    break;
                default:
                    request.Answer(SftpStatusCode.NoSuchFile);
                    break;
            }
        }
    }
}
