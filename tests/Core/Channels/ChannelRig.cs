using System.Linq;
using NUnit.Framework;
using SshCore.Channels;
using SshCore.Errors;
using SshCore.Events;
using SshCore.TestKit;
using SshCore.Tests.Core.Fakes;
using SshCore.Wire;

namespace SshCore.Tests.Core.Channels;

/// <summary>A channel table over a fake connection, with a peer that is played by hand.</summary>
internal sealed class ChannelRig
{
    public const uint Theirs = 77;

    public ChannelRig(bool server, SshLimits? limits = null, bool grow = false)
    {
        var settings = new SshClientSettings(new NullProvider()) { Limits = limits ?? SshLimits.Default, GrowWindows = grow };
        Port = new FakePort(server, settings);
        Table = new ChannelTable(Port);
    }

    public FakePort Port { get; }

    public ChannelTable Table { get; }

    public SshChannel this[ChannelId id] => new(Table, id);

    /// <summary>A message of the peer, as the next poll of a host would handle it.</summary>
    public void On(byte[] message)
    {
        Table.ReleaseBorrowed();
        Table.On((MessageId)message[0], message);
    }

    /// <summary>A session that is open on both sides, in either role, with nothing left to look at.</summary>
    public ChannelId OpenSession(uint window = 1 << 20, uint packet = 32 * 1024, ChannelOpen? open = null, bool manual = false)
    {
        if (Port.IsServer)
        {
            Port.Sent.Clear();
            On(Peer.Open("session", Theirs, window, packet));
            Port.Next<OpenRequested>().Accept(manualWindow: manual);
            return Confirmed();
        }

        var id = Table.Open(open ?? new ChannelOpen("session") { ManualWindow = manual });
        On(Peer.Confirm(id, Theirs, window, packet));
        Port.NextEvent();
        Port.Sent.Clear();
        return id;
    }

    /// <summary>Our number in the confirmation just sent.</summary>
    public ChannelId Confirmed()
    {
        var reader = new SshReader(Port.NextSent());
        Assert.That((MessageId)reader.ReadByte(), Is.EqualTo(MessageId.ChannelOpenConfirmation));
        reader.ReadUInt32();
        return new ChannelId(reader.ReadUInt32());
    }

    public void ExpectEnd(SshErrorKind kind)
    {
        Assert.That(Port.Error, Is.Not.Null, "the connection should have ended");
        Assert.That(Port.Error!.Kind, Is.EqualTo(kind), Port.Error.ToString());
    }

    public void ExpectSent(params MessageId[] ids) => Assert.That(Port.TakeSentIds(), Is.EqualTo(ids));

    public void ExpectEvents(params SshEventKind[] kinds) => Assert.That(Port.TakeEventKinds(), Is.EqualTo(kinds));

    public void ExpectQuiet()
    {
        Assert.That(Port.Error, Is.Null, Port.Error?.ToString());
        Assert.That(Port.TakeSentIds(), Is.Empty);
        Assert.That(Port.TakeEventKinds(), Is.Empty);
    }

    public byte[] ReadAll(ChannelId id, DataStream stream = DataStream.Standard)
    {
        var all = new List<byte>();
        var part = new byte[1000];
        for (int count = this[id].Read(part, stream); count > 0; count = this[id].Read(part, stream))
        {
            all.AddRange(part.Take(count));
        }

        return all.ToArray();
    }
}

/// <summary>The peer's messages.</summary>
internal static class Peer
{
    public static byte[] Open(string type, uint sender, uint window = 1 << 20, uint packet = 32 * 1024, byte[]? data = null) =>
        Build(MessageId.ChannelOpen, w =>
        {
            w.WriteString(type);
            w.WriteUInt32(sender);
            w.WriteUInt32(window);
            w.WriteUInt32(packet);
            w.WriteBytes(data ?? []);
        });

    public static byte[] Confirm(ChannelId id, uint sender, uint window = 1 << 20, uint packet = 32 * 1024) =>
        Numbers(MessageId.ChannelOpenConfirmation, id.LocalNumber, sender, window, packet);

    public static byte[] Refuse(ChannelId id, uint reason = 2, string description = "no") =>
        Build(MessageId.ChannelOpenFailure, w =>
        {
            w.WriteUInt32(id.LocalNumber);
            w.WriteUInt32(reason);
            w.WriteString(description);
            w.WriteString("en");
        });

    public static byte[] Data(ChannelId id, byte[] data) => Build(MessageId.ChannelData, w =>
    {
        w.WriteUInt32(id.LocalNumber);
        w.WriteString(data);
    });

    public static byte[] Data(ChannelId id, int count) => Data(id, new byte[count]);

    public static byte[] Extended(ChannelId id, uint type, byte[] data) => Build(MessageId.ChannelExtendedData, w =>
    {
        w.WriteUInt32(id.LocalNumber);
        w.WriteUInt32(type);
        w.WriteString(data);
    });

    public static byte[] Adjust(ChannelId id, uint count) => Numbers(MessageId.ChannelWindowAdjust, id.LocalNumber, count);

    public static byte[] Eof(ChannelId id) => Numbers(MessageId.ChannelEof, id.LocalNumber);

    public static byte[] Close(ChannelId id) => Numbers(MessageId.ChannelClose, id.LocalNumber);

    public static byte[] Success(ChannelId id) => Numbers(MessageId.ChannelSuccess, id.LocalNumber);

    public static byte[] Failure(ChannelId id) => Numbers(MessageId.ChannelFailure, id.LocalNumber);

    public static byte[] Request(ChannelId id, string type, bool wantReply, Action<SshWriter>? data = null) =>
        Build(MessageId.ChannelRequest, w =>
        {
            w.WriteUInt32(id.LocalNumber);
            w.WriteString(type);
            w.WriteBoolean(wantReply);
            data?.Invoke(w);
        });

    public static byte[] Request(ChannelId id, ChannelRequest request) =>
        Request(id, request.Type, request.WantReply, request.WriteData);

    public static byte[] Global(string name, bool wantReply, byte[]? data = null) => Build(MessageId.GlobalRequest, w =>
    {
        w.WriteString(name);
        w.WriteBoolean(wantReply);
        w.WriteBytes(data ?? []);
    });

    public static byte[] GlobalSuccess(params byte[] data) => Build(MessageId.RequestSuccess, w => w.WriteBytes(data));

    public static byte[] GlobalFailure() => [(byte)MessageId.RequestFailure];

    public static byte[] Numbers(MessageId id, params uint[] numbers) => Build(id, w =>
    {
        foreach (uint number in numbers)
        {
            w.WriteUInt32(number);
        }
    });

    public static byte[] Build(MessageId id, Action<SshWriter> write)
    {
        using var writer = new SshWriter();
        writer.WriteByte((byte)id);
        write(writer);
        return writer.ToArray();
    }
}
