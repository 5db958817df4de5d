using SshCore.Sftp;
using SshCore.Wire;

namespace SshCore.Tests.Core.Sftp;

/// <summary>A client machine and a server that says what the test writes.</summary>
internal sealed class ClientRig : IDisposable
{
    public ClientRig(SftpLimits? limits = null) => Machine = new SftpClientMachine(limits);

    public SftpClientMachine Machine { get; }

    /// <summary>A client after VERSION with these extensions; its own request for limits is answered.</summary>
    public static ClientRig Started(params string[] extensions)
    {
        var rig = new ClientRig();
        rig.Sent();
        rig.Say(Version(3, extensions));
        rig.Poll(SftpReplyKind.Version);
        return rig;
    }

    public static byte[] Version(uint version, params string[] extensions)
    {
        using var writer = new SshWriter();
        writer.WriteByte((byte)SftpMessageType.Version);
        writer.WriteUInt32(version);
        foreach (string name in extensions)
        {
            writer.WriteString(name);
            writer.WriteString("1");
        }

        return writer.ToArray();
    }

    /// <summary>A reply: type, id and what <paramref name="body"/> writes.</summary>
    public static byte[] Reply(SftpMessageType type, uint id, Action<SshWriter> body)
    {
        using var writer = new SshWriter();
        writer.WriteByte((byte)type);
        writer.WriteUInt32(id);
        body(writer);
        return writer.ToArray();
    }

    public static byte[] Status(uint id, uint code, string message = "", string language = "") => Reply(SftpMessageType.Status, id, w =>
    {
        w.WriteUInt32(code);
        w.WriteString(message);
        w.WriteString(language);
    });

    public static byte[] Data(uint id, ReadOnlySpan<byte> data)
    {
        var bytes = data.ToArray();
        return Reply(SftpMessageType.Data, id, w => w.WriteString(bytes));
    }

    public static byte[] Handle(uint id, string handle) => Reply(SftpMessageType.Handle, id, w => w.WriteString(handle));

    public static byte[] Frame(byte[] message)
    {
        using var writer = new SshWriter();
        writer.WriteString(message);
        return writer.ToArray();
    }

    /// <summary>Gives the machine a message.</summary>
    public void Say(byte[] message)
    {
        var bytes = Frame(message);
        if (Machine.Receive(bytes) != bytes.Length)
        {
            throw new InvalidOperationException("The machine did not take the message.");
        }
    }

    /// <summary>Everything in the output, as messages without their length.</summary>
    public List<byte[]> Sent()
    {
        var all = new List<byte>();
        while (Machine.HasOutput)
        {
            var bytes = Machine.PeekOutput();
            all.AddRange(bytes.ToArray());
            Machine.AdvanceOutput(bytes.Length);
        }

        var messages = new List<byte[]>();
        var reader = new SshReader(all.ToArray());
        while (!reader.Remaining.IsEmpty)
        {
            messages.Add(reader.ReadString().ToArray());
        }

        return reader.IsComplete ? messages : throw new InvalidOperationException("The output ends inside a message.");
    }

    /// <summary>Polls one reply, which must be of this kind.</summary>
    public SftpReply Poll(SftpReplyKind kind)
    {
        if (!Machine.TryPoll(out var reply))
        {
            throw new InvalidOperationException($"Nothing came; expected {kind}. {Machine.Error}");
        }

        return reply.Kind == kind ? reply : throw new InvalidOperationException($"Expected {kind}, came {reply}. {Machine.Error}");
    }

    public void Dispose() => Machine.Dispose();
}
