using System.Buffers.Binary;
using System.IO;
using System.Threading.Tasks;
using NUnit.Framework;
using SshCore.Hosts.Sftp;
using SshCore.Memory;
using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Hosts.Sftp.Server;

/// <summary>A server of either form over memory, and a client written by hand.</summary>
internal sealed class ServedSession : IAsyncDisposable
{
    private readonly MemoryDuplexStream _client;

    public ServedSession(Host host, ISftpFileSystem files, SftpServerOptions? options = null)
    {
        (_client, var server) = MemoryDuplexStream.CreatePair(1 << 20);
        var sftp = new SftpServer(files, options);
        Running = host == Host.Async
            ? Task.Run(() => sftp.RunAsync(server, Subjects.Bounded()).AsTask())
            : Task.Factory.StartNew(() => sftp.Run(server), TaskCreationOptions.LongRunning);
        Send(SftpMessageType.Init, 3, _ => { });
        Version = Receive();
    }

    /// <summary>Done when the server has returned.</summary>
    public Task Running { get; }

    public byte[] Version { get; }

    /// <summary>Sends a request with this id.</summary>
    public void Send(SftpMessageType type, uint id, Action<SshWriter> body)
    {
        using var writer = new SshWriter();
        int mark = writer.BeginString();
        writer.WriteByte((byte)type);
        writer.WriteUInt32(id);
        body(writer);
        writer.EndString(mark);
        _client.Write(writer.ToArray(), 0, writer.Length);
    }

    public void SendBytes(byte[] bytes) => _client.Write(bytes, 0, bytes.Length);

    public void Extended(uint id, string name, Action<SshWriter> body) => Send(SftpMessageType.Extended, id, w =>
    {
        w.WriteString(name);
        body(w);
    });

    /// <summary>The next reply, type byte first.</summary>
    public byte[] Receive()
    {
        var length = new byte[4];
        _client.ReadExactly(length);
        var message = new byte[BinaryPrimitives.ReadUInt32BigEndian(length)];
        _client.ReadExactly(message);
        return message;
    }

    public (uint Id, SftpStatusCode Code, string Text) Status()
    {
        var reader = new SshReader(Receive());
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Status));
        return (reader.ReadUInt32(), (SftpStatusCode)reader.ReadUInt32(), reader.ReadText());
    }

    public SftpStatusCode Code() => Status().Code;

    public byte[] Open(string path, SftpOpenFlags flags = SftpOpenFlags.Read)
    {
        Send(SftpMessageType.Open, 500, w =>
        {
            w.WriteString(path);
            w.WriteUInt32((uint)flags);
            w.WriteUInt32(0);
        });
        return Handle();
    }

    public byte[] Handle()
    {
        var reader = new SshReader(Receive());
        Assert.That((SftpMessageType)reader.ReadByte(), Is.EqualTo(SftpMessageType.Handle));
        reader.ReadUInt32();
        return reader.ReadString().ToArray();
    }

    public void Read(uint id, byte[] handle, ulong offset, uint length) => Send(SftpMessageType.Read, id, w =>
    {
        w.WriteString(handle);
        w.WriteUInt64(offset);
        w.WriteUInt32(length);
    });

    public void Write(uint id, byte[] handle, ulong offset, byte[] data) => Send(SftpMessageType.Write, id, w =>
    {
        w.WriteString(handle);
        w.WriteUInt64(offset);
        w.WriteString(data);
    });

    public void OnPath(SftpMessageType type, uint id, string path) => Send(type, id, w => w.WriteString(path));

    public void OnHandle(SftpMessageType type, uint id, byte[] handle) => Send(type, id, w => w.WriteString(handle));

    /// <summary>The client closes its side; the server then has to end.</summary>
    public async Task EndAsync()
    {
        _client.EndWriting();
        await Running.WaitAsync(Subjects.Patience);
    }

    public async ValueTask DisposeAsync()
    {
        await _client.DisposeAsync();
        try
        {
            await Running.WaitAsync(Subjects.Patience);
        }
        catch (IOException)
        {
            // The client went away in the middle.
        }
    }
}
