using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Core.Sftp;

/// <summary>
/// A server of one file, as simple as can be: the client is tested against bytes that are not made by the product's own
/// server. A test may change its answers.
/// </summary>
internal sealed class TinyServer
{
    private readonly List<byte> _in = [];
    private readonly Queue<byte[]> _out = new();
    private int _sentOfFirst;

    public byte[] File { get; set; } = [];

    /// <summary>Bytes of <see cref="File"/> in use.</summary>
    public int FileLength { get; set; }

    public int ReadLimit { get; set; } = 261_120;

    /// <summary>Announces limits@openssh.com.</summary>
    public bool HasLimits { get; set; } = true;

    /// <summary>The size that STAT tells; null for the real one.</summary>
    public ulong? SizeTold { get; set; }

    /// <summary>Gets each request before it is answered; true if it was answered there.</summary>
    public Func<SftpMessageType, uint, byte[], bool>? Intercept { get; set; }

    public List<SftpMessageType> Requests { get; } = [];

    /// <summary>Replies not taken yet.</summary>
    public bool HasOutput => _out.Count > 0;

    public int ReadsWaiting { get; private set; }

    public void Hold(byte[] file)
    {
        File = file;
        FileLength = file.Length;
    }

    /// <summary>Takes bytes of the client.</summary>
    public void Take(ReadOnlySpan<byte> bytes)
    {
        _in.AddRange(bytes.ToArray());
        int used = 0;
        var all = _in.ToArray();
        while (all.Length - used >= 4)
        {
            int length = System.Buffers.Binary.BinaryPrimitives.ReadInt32BigEndian(all.AsSpan(used));
            if (all.Length - used < 4 + length)
            {
                break;
            }

            On(all.AsSpan(used + 4, length).ToArray());
            used += 4 + length;
        }

        _in.RemoveRange(0, used);
    }

    /// <summary>The next bytes for the client.</summary>
    public ReadOnlyMemory<byte> Peek() => _out.Count == 0 ? default : _out.Peek().AsMemory(_sentOfFirst);

    public void Advance(int count)
    {
        _sentOfFirst += count;
        if (_out.Count > 0 && _sentOfFirst == _out.Peek().Length)
        {
            _out.Dequeue();
            _sentOfFirst = 0;
        }
    }

    public void Reply(byte[] message) => _out.Enqueue(ClientRig.Frame(message));

    private void On(byte[] message)
    {
        var reader = new SshReader(message);
        var type = (SftpMessageType)reader.ReadByte();
        Requests.Add(type);
        uint id = reader.ReadUInt32();
        if (Intercept?.Invoke(type, id, message) == true)
        {
            return;
        }

        switch (type)
        {
            case SftpMessageType.Init:
                Reply(HasLimits ? ClientRig.Version(3, SftpExtensionNames.Limits) : ClientRig.Version(3));
                break;
            case SftpMessageType.Open:
                Reply(ClientRig.Handle(id, "file"));
                break;
            case SftpMessageType.Read:
                OnRead(id, ref reader);
                break;
            case SftpMessageType.Write:
                OnWrite(id, ref reader);
                break;
            case SftpMessageType.Stat or SftpMessageType.FStat or SftpMessageType.LStat:
                Reply(ClientRig.Reply(SftpMessageType.Attributes, id, w => new SftpAttributes { Size = SizeTold ?? (ulong)FileLength, Permissions = 0x81a4 }.Write(w)));
                break;
            case SftpMessageType.Extended:
                Reply(ClientRig.Reply(SftpMessageType.ExtendedReply, id, w =>
                {
                    w.WriteUInt64(262_144);
                    w.WriteUInt64((ulong)ReadLimit);
                    w.WriteUInt64(261_120);
                    w.WriteUInt64(100);
                }));
                break;
            default:
                Reply(ClientRig.Status(id, 0, "Success"));
                break;
        }
    }

    private void OnRead(uint id, ref SshReader reader)
    {
        reader.ReadString();
        ulong offset = reader.ReadUInt64();
        int length = (int)Math.Min(reader.ReadUInt32(), (uint)ReadLimit);
        if (offset >= (ulong)FileLength)
        {
            Reply(ClientRig.Status(id, 1, "End of file"));
            return;
        }

        Reply(ClientRig.Data(id, File.AsSpan((int)offset, Math.Min(length, FileLength - (int)offset))));
    }

    private void OnWrite(uint id, ref SshReader reader)
    {
        reader.ReadString();
        int offset = (int)reader.ReadUInt64();
        var data = reader.ReadString();
        if (File.Length < offset + data.Length)
        {
            var larger = new byte[Math.Max(offset + data.Length, File.Length * 2)];
            File.CopyTo(larger, 0);
            File = larger;
        }

        data.CopyTo(File.AsSpan(offset));
        FileLength = Math.Max(FileLength, offset + data.Length);
        Reply(ClientRig.Status(id, 0, "Success"));
    }
}
