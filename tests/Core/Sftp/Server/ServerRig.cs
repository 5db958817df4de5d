using System.Buffers.Binary;
using System.Text;
using NUnit.Framework;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Core.Sftp.Server;

/// <summary>A server machine and the client's bytes for it, written by hand.</summary>
internal sealed class ServerRig : IDisposable
{
    private readonly List<byte> _sent = [];

    public ServerRig(SftpExtensions extensions = SftpExtensions.All, SftpLimits? limits = null, bool init = true)
    {
        Machine = new SftpServerMachine(extensions, limits: limits);
        if (init)
        {
            Give(Message(1, w => w.WriteUInt32(3)));
            Assert.That(Machine.TryPollRequest(out _), Is.False);
            Version = Next();
        }
    }

    public SftpServerMachine Machine { get; }

    public byte[] Version { get; } = [];

    /// <summary>A whole message of this type and body.</summary>
    public static byte[] Message(byte type, Action<SshWriter> body)
    {
        using var writer = new SshWriter();
        int mark = writer.BeginString();
        writer.WriteByte(type);
        body(writer);
        writer.EndString(mark);
        return writer.ToArray();
    }

    /// <summary>A request with its id.</summary>
    public static byte[] Request(SftpMessageType type, uint id, Action<SshWriter>? body = null) => Message((byte)type, w =>
    {
        w.WriteUInt32(id);
        body?.Invoke(w);
    });

    public static byte[] Extended(uint id, string name, Action<SshWriter>? body = null) => Request(SftpMessageType.Extended, id, w =>
    {
        w.WriteString(name);
        body?.Invoke(w);
    });

    public void Give(params byte[] bytes) => Assert.That(Machine.Receive(bytes), Is.EqualTo(bytes.Length));

    /// <summary>Gives a message and polls what it asks.</summary>
    public SftpServerRequest Ask(byte[] message)
    {
        Give(message);
        return Poll();
    }

    public SftpServerRequest Poll()
    {
        Assert.That(Machine.TryPollRequest(out var request), Is.True, () => $"a request is expected; {Machine.Error}");
        return request;
    }

    public void PollNothing() => Assert.That(Machine.TryPollRequest(out _), Is.False);

    /// <summary>The next reply, type byte first.</summary>
    public byte[] Next()
    {
        while (Machine.HasOutput)
        {
            var bytes = Machine.PeekOutput();
            _sent.AddRange(bytes.ToArray());
            Machine.AdvanceOutput(bytes.Length);
        }

        Assert.That(_sent, Has.Count.GreaterThan(4), "a reply is expected");
        int length = (int)BinaryPrimitives.ReadUInt32BigEndian(_sent.GetRange(0, 4).ToArray());
        Assert.That(_sent, Has.Count.GreaterThanOrEqualTo(4 + length));
        var message = _sent.GetRange(4, length).ToArray();
        _sent.RemoveRange(0, 4 + length);
        return message;
    }

    public bool HasReply => Machine.HasOutput || _sent.Count > 0;

    public void ExpectStatus(uint id, SftpStatusCode code, string? text = null)
    {
        var reader = new SshReader(Next());
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Status));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(id));
        Assert.That((SftpStatusCode)reader.ReadUInt32(), Is.EqualTo(code));
        Assert.That(reader.ReadText(), Is.EqualTo(text ?? SftpStatus.TextOf(code)));
        Assert.That(reader.ReadText(), Is.Empty);
        Assert.That(reader.IsComplete);
    }

    /// <summary>Opens a file or directory and returns the handle's bytes.</summary>
    public byte[] Open(object? state = null, bool directory = false, bool overlapsReads = false)
    {
        var request = Ask(directory
            ? Request(SftpMessageType.OpenDirectory, 1000, w => w.WriteString("d"))
            : Request(SftpMessageType.Open, 1000, w =>
            {
                w.WriteString("f");
                w.WriteUInt32(3);
                w.WriteUInt32(0);
            }));
        Assert.That(request.AnswerHandle(state ?? new object(), overlapsReads));
        return Handle(Next(), 1000);
    }

    public static byte[] Handle(byte[] reply, uint id)
    {
        var reader = new SshReader(reply);
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Handle));
        Assert.That(reader.ReadUInt32(), Is.EqualTo(id));
        var handle = reader.ReadString().ToArray();
        Assert.That(reader.IsComplete);
        return handle;
    }

    public static byte[] Read(uint id, byte[] handle, ulong offset, uint length) => Request(SftpMessageType.Read, id, w =>
    {
        w.WriteString(handle);
        w.WriteUInt64(offset);
        w.WriteUInt32(length);
    });

    public static byte[] Write(uint id, byte[] handle, ulong offset, byte[] data) => Request(SftpMessageType.Write, id, w =>
    {
        w.WriteString(handle);
        w.WriteUInt64(offset);
        w.WriteString(data);
    });

    public static byte[] OnHandle(SftpMessageType type, uint id, byte[] handle) => Request(type, id, w => w.WriteString(handle));

    public static byte[] OnPath(SftpMessageType type, uint id, string path) => Request(type, id, w => w.WriteString(path));

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);

    public void Dispose() => Machine.Dispose();
}
