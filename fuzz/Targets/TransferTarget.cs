using System.Buffers.Binary;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Fuzz.Targets;

/// <summary>
/// Transfers against a server that answers as an operation list says: in any order, short, refused, with a file that grows and
/// shrinks. The first byte picks what is transferred; each further one is an operation. What is delivered must be the file, each
/// byte once, and everything ends when everything was answered.
/// </summary>
public sealed class TransferTarget : FuzzTarget
{
    private const int LargestFile = 40_000;
    private const int Window = 9_000;

    public override string Name => "transfer";

    public override void Run(ReadOnlySpan<byte> input)
    {
        if (!input.IsEmpty)
        {
            using var run = new TransferRun(input[0]);
            foreach (byte operation in input[1..])
            {
                run.Do(operation);
            }

            run.Finish();
        }
    }

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        foreach (byte kind in (byte[])[0, 1, 2, 3, 4, 8, 16, 17, 18, 33, 66, 130, 200])
        {
            yield return ($"plain-{kind}", [kind]);
            yield return ($"reordered-{kind}", [kind, 0, 0, 7, 6, 5, 4, 3, 2, 1, 0, 15, 14, 13, 12]);
            yield return ($"short-{kind}", [kind, 0, 0, 0x20, 0x21, 0x22, 0x23, 0x24, 0, 0, 0x3f, 0x2a]);
            yield return ($"changing-{kind}", [kind, 0, 0, 0, 0x90, 0, 0xa5, 1, 0, 0x8f, 2, 0xaf, 0, 0]);
        }

        yield return ("refused-read", [0, 0, 0, 0x41, 0]);
        yield return ("refused-write", [3, 0, 0, 0x41, 0x42, 0]);
        yield return ("empty-data", [0, 0, 0, 0x60, 0]);
        yield return ("cancelled", [1, 0, 0, 0, 0xc0, 0]);
        yield return ("ticks", [0, 0, 0xe1, 0, 0xe5, 0xff, 0, 0xe9, 0]);
        yield return ("gone", [2, 0, 0, 0xd1]);
    }

    private sealed class TransferRun : IDisposable
    {
        private readonly SftpClientMachine _machine = new(new SftpLimits { TransferWindow = Window, QueuedOutput = 4_000, DataLength = 1_500 });
        private readonly List<byte[]> _requests = [];
        private readonly List<byte> _sent = [];
        private readonly byte[] _file = new byte[LargestFile];
        private readonly bool[] _written = new bool[LargestFile];
        private readonly bool[] _delivered = new bool[LargestFile];
        private readonly SftpTransfer _transfer;
        private readonly ulong _offset;
        private readonly bool _inOrder;
        private ulong _next;
        private int _length;
        private int _source;
        private bool _sizeChanged;
        private bool _refused;
        private bool _saidEnded;
        private bool _gone;
        private SshInstant _now;

        public TransferRun(byte kind)
        {
            for (int i = 0; i < _file.Length; i++)
            {
                _file[i] = (byte)((i * 31) ^ (i >> 8) | 1);
            }

            _machine.Receive(Message(SftpMessageType.Version, w => w.WriteUInt32(3)));
            _length = (kind >> 3) * (LargestFile / 2) / 31;
            _inOrder = (kind & 1) != 0;
            _offset = _next = (kind & 4) != 0 ? 100u : 0u;
            _source = _length;
            _transfer = (kind & 2) == 0
                ? _machine.Download("/f", new SftpDownloadOptions { InOrder = _inOrder, Offset = _offset, ExpectedSize = (kind & 4) != 0 ? (ulong)_length : null })
                : _machine.Upload("/f", new SftpUploadOptions { Offset = _offset, FinalAttributes = _inOrder ? new SftpAttributes { Permissions = 1 } : default });
            Poll();
        }

        public void Do(byte operation)
        {
            int low = operation & 0x1F;
            switch (operation >> 5)
            {
                case 0: // answer one, well
                    Answer(low, int.MaxValue, null);
                    break;
                case 1: // with less than was asked for
                    Answer(low, 1 + (low * 37), null);
                    break;
                case 2: // refuse
                    Answer(low, 0, SftpStatusCode.Failure);
                    break;
                case 3: // as if there were no more
                    Answer(low, 0, low < 16 ? SftpStatusCode.Ok : SftpStatusCode.EndOfFile);
                    break;
                case 4: // the file shrinks
                    _sizeChanged = true;
                    _length = Math.Max(0, _length - (low * 100));
                    break;
                case 5: // it grows
                    _sizeChanged = true;
                    _length = Math.Min(LargestFile, _length + (low * 100));
                    break;
                case 6 when low < 16:
                    _transfer.Cancel();
                    break;
                case 6:
                    _gone = true;
                    _machine.ReceiveEnd();
                    break;
                default:
                    _now += TimeSpan.FromMilliseconds(1 << (low % 12));
                    _machine.Tick(_now);
                    break;
            }

            Poll();
        }

        /// <summary>Answers all that is left, well: then everything must be over.</summary>
        public void Finish()
        {
            for (int i = 0; _requests.Count > 0 && _machine.Error is null; i++)
            {
                if (i > 200_000)
                {
                    throw new FuzzFindingException("The transfer asks for ever.");
                }

                Answer(0, int.MaxValue, null);
                Poll();
            }

            if (!_saidEnded || !_transfer.IsEnded || _machine.PendingRequests != 0 || _transfer.BytesInFlight != 0 && _machine.Error is null)
            {
                throw new FuzzFindingException($"All is answered, but: ended {_transfer.IsEnded}, said {_saidEnded}, {_machine.PendingRequests} requests, {_transfer.BytesInFlight} bytes in flight.");
            }

            bool done = _transfer.Failure is null && !_transfer.IsCancelled;
            if (!done && !_refused && !_gone && !_transfer.IsCancelled)
            {
                throw new FuzzFindingException($"It failed without a refusal: {_transfer.Failure}");
            }

            if (done && _transfer is SftpDownload download)
            {
                CheckDownload(download);
            }
            else if (done)
            {
                for (int i = 0; i < _source; i++)
                {
                    if ((ulong)i >= _offset && !_written[i])
                    {
                        throw new FuzzFindingException($"Byte {i} was not written.");
                    }
                }
            }
        }

        public void Dispose() => _machine.Dispose();

        private void CheckDownload(SftpDownload download)
        {
            int end = (int)(_offset + download.Length);
            for (int i = (int)_offset; i < end; i++)
            {
                if (!_delivered[i])
                {
                    throw new FuzzFindingException($"Byte {i} of {end} was not delivered.");
                }
            }

            if (!_sizeChanged && !_refused && download.Length != (ulong)Math.Max(0, _length - (int)_offset))
            {
                throw new FuzzFindingException($"The file has {_length} bytes; {download.Length} were read from {_offset} on.");
            }
        }

        private void Poll()
        {
            do
            {
                Send();
                while (_machine.TryPoll(out var reply))
                {
                    On(reply);
                    Send();
                }
            }
            while (_machine.HasOutput);
            if (_transfer.BytesInFlight > Window + 1_500)
            {
                throw new FuzzFindingException($"{_transfer.BytesInFlight} bytes are in flight; the window has {Window}.");
            }
        }

        private void On(in SftpReply reply)
        {
            switch (reply.Kind)
            {
                case SftpReplyKind.TransferEnded:
                    if (_saidEnded)
                    {
                        throw new FuzzFindingException("TransferEnded came twice.");
                    }

                    _saidEnded = true;
                    break;
                case SftpReplyKind.TransferData:
                    OnData(reply);
                    break;
                case SftpReplyKind.TransferRoom:
                    var upload = (SftpUpload)reply.Transfer!;
                    while ((int)upload.Position < _source && upload.TryReserve(_source - (int)upload.Position, out var room))
                    {
                        _file.AsSpan((int)upload.Position, room.Span.Length).CopyTo(room.Span);
                        room.Commit(room.Span.Length);
                    }

                    if ((int)upload.Position >= _source)
                    {
                        upload.Complete();
                    }

                    break;
            }
        }

        private void OnData(in SftpReply reply)
        {
            var data = _machine.BorrowData(reply).Span;
            if (data.Length != reply.Length || data.IsEmpty || _saidEnded)
            {
                throw new FuzzFindingException($"{data.Length} bytes can be borrowed of {reply.Length}; ended: {_saidEnded}.");
            }

            if (_inOrder && reply.Offset != _next)
            {
                throw new FuzzFindingException($"Data at {reply.Offset} came where {_next} was next.");
            }

            _next = reply.Offset + (ulong)data.Length;
            for (int i = 0; i < data.Length; i++)
            {
                int at = (int)reply.Offset + i;
                if (_delivered[at] || data[i] != _file[at])
                {
                    throw new FuzzFindingException($"Byte {at} came twice or wrong.");
                }

                _delivered[at] = true;
            }
        }

        private void Send()
        {
            while (_machine.HasOutput)
            {
                var bytes = _machine.PeekOutput();
                _sent.AddRange(bytes.ToArray());
                _machine.AdvanceOutput(bytes.Length);
            }

            while (_sent.Count >= 4)
            {
                int length = BinaryPrimitives.ReadInt32BigEndian(_sent.GetRange(0, 4).ToArray());
                if (_sent.Count < 4 + length)
                {
                    return;
                }

                var message = _sent.GetRange(4, length).ToArray();
                _sent.RemoveRange(0, 4 + length);
                if (message[0] != (byte)SftpMessageType.Init)
                {
                    _requests.Add(message);
                }
            }
        }

        private void Answer(int which, int most, SftpStatusCode? code)
        {
            if (_requests.Count == 0 || _machine.Error is not null)
            {
                return;
            }

            int at = which % _requests.Count;
            var message = _requests[at];
            _requests.RemoveAt(at);
            var reader = new SshReader(message);
            var type = (SftpMessageType)reader.ReadByte();
            uint id = reader.ReadUInt32();
            reader.ReadString();
            var reply = type switch
            {
                _ when code is { } refusal && refusal != SftpStatusCode.Ok => Refuse(id, refusal, type),
                SftpMessageType.Read => AnswerRead(id, (int)reader.ReadUInt64(), (int)reader.ReadUInt32(), most),
                SftpMessageType.Open => Message(SftpMessageType.Handle, w => { w.WriteUInt32(id); w.WriteString("h"); }),
                SftpMessageType.Stat => Message(SftpMessageType.Attributes, w => { w.WriteUInt32(id); new SftpAttributes { Size = (ulong)_length }.Write(w); }),
                SftpMessageType.Write => AnswerWrite(id, (int)reader.ReadUInt64(), reader.ReadString().Length),
                _ => Status(id, SftpStatusCode.Ok),
            };
            if (_machine.Receive(reply) != reply.Length)
            {
                throw new FuzzFindingException("The machine does not take a reply although it has been polled.");
            }
        }

        private byte[] Refuse(uint id, SftpStatusCode code, SftpMessageType type)
        {
            // A refused STAT harms nothing, nor does one of a CLOSE that nobody waits for.
            _refused |= type is not SftpMessageType.Stat;
            return Status(id, code);
        }

        private byte[] AnswerRead(uint id, int offset, int length, int most)
        {
            int count = Math.Min(Math.Min(length, _length - offset), most);
            if (most == 0)
            {
                _refused = true; // data without bytes counts as the end
                count = 0;
            }
            else if (count <= 0)
            {
                return Status(id, SftpStatusCode.EndOfFile);
            }

            return Message(SftpMessageType.Data, w =>
            {
                w.WriteUInt32(id);
                w.WriteString(_file.AsSpan(Math.Min(offset, LargestFile), count));
            });
        }

        private byte[] AnswerWrite(uint id, int offset, int length)
        {
            _written.AsSpan(offset, length).Fill(true);
            return Status(id, SftpStatusCode.Ok);
        }

        private static byte[] Status(uint id, SftpStatusCode code) => Message(SftpMessageType.Status, w =>
        {
            w.WriteUInt32(id);
            w.WriteUInt32((uint)code);
            w.WriteString("");
            w.WriteString("");
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
    }
}
