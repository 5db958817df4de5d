using System.Buffers.Binary;
using SshCore.Fuzz.Driving;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Fuzz.Targets;

/// <summary>
/// Messages in good packets: the input is a list of 16-bit lengths and payloads, framed here, so that no input is lost to
/// lengths and tags. The first control byte picks the role under test and how far the conversation has come.
/// </summary>
public sealed class ValidPacketsTarget : FuzzTarget
{
    private static readonly SshAlgorithmPreferences OneCipher = SshAlgorithmPreferences.Default with { Ciphers = ["chacha20-poly1305@openssh.com"], KeyExchanges = ["curve25519-sha256"] };

    public override string Name => "valid-packets";

    public override void Run(ReadOnlySpan<byte> input)
    {
        var control = ControlBytes.Split(input, out var data);
        byte mode = control.Next();
        bool serverUnderTest = (mode & 1) == 0;
        using var pair = new Pair(Parties.Client(OneCipher), Parties.Server());
        var tested = serverUnderTest ? pair.ServerRun : pair.ClientRun;
        var connection = (serverUnderTest ? pair.Server : pair.Client).Connection;
        pair.Pump((mode >> 1 & 3) switch
        {
            0 => () => connection.Algorithms is not null,
            1 => () => connection.IsAuthenticated,
            2 => () => pair.Server.Channels.Count > 0 && pair.Client.Channels.Count > 0,
            _ => null,
        });

        tested.Sent = null;
        while (data.Length >= 2 && !connection.IsFinished)
        {
            int length = Math.Min(BinaryPrimitives.ReadUInt16BigEndian(data), data.Length - 2);
            tested.Feed(Frame(data.Slice(2, length)), int.MaxValue);
            data = data[(2 + length)..];
        }

        tested.End();
    }

    public override IEnumerable<(string Name, byte[] Input)> Seeds()
    {
        yield return ("auth-none", Input(0, Message(MessageId.UserAuthRequest, w =>
        {
            w.WriteString("fuzz");
            w.WriteString("ssh-connection");
            w.WriteString("none");
        })));
        yield return ("auth-password", Input(0,
            Message(MessageId.ServiceRequest, w => w.WriteString("ssh-userauth")),
            Message(MessageId.UserAuthRequest, w =>
            {
                w.WriteString("fuzz");
                w.WriteString("ssh-connection");
                w.WriteString("password");
                w.WriteBoolean(false);
                w.WriteString("secret");
            })));
        yield return ("auth-interactive", Input(0,
            Message(MessageId.ServiceRequest, w => w.WriteString("ssh-userauth")),
            Message(MessageId.UserAuthRequest, w =>
            {
                w.WriteString("fuzz");
                w.WriteString("ssh-connection");
                w.WriteString("keyboard-interactive");
                w.WriteString("");
                w.WriteString("");
            }),
            Message(61, w =>
            {
                w.WriteUInt32(1);
                w.WriteString("answer");
            })));
        yield return ("client-auth", Input(1,
            Message(MessageId.ServiceAccept, w => w.WriteString("ssh-userauth")),
            Message(MessageId.UserAuthBanner, w =>
            {
                w.WriteString("hello\r\n");
                w.WriteString("");
            }),
            Message(MessageId.UserAuthFailure, w =>
            {
                w.WriteString("password,keyboard-interactive");
                w.WriteBoolean(false);
            }),
            Message(60, w =>
            {
                w.WriteString("name");
                w.WriteString("instruction");
                w.WriteString("");
                w.WriteUInt32(1);
                w.WriteString("Code: ");
                w.WriteBoolean(true);
            }),
            Message(MessageId.UserAuthSuccess, _ => { })));
        yield return ("open", Input(2, Open(0), Message(MessageId.ChannelRequest, w =>
        {
            w.WriteUInt32(1);
            w.WriteString("exec");
            w.WriteBoolean(true);
            w.WriteString("ls");
        })));
        foreach (byte mode in (byte[])[4, 5, 6, 7])
        {
            yield return ($"channel-{mode}", Input(mode,
                Message(MessageId.ChannelWindowAdjust, w =>
                {
                    w.WriteUInt32(0);
                    w.WriteUInt32(100_000);
                }),
                Message(MessageId.ChannelData, w =>
                {
                    w.WriteUInt32(0);
                    w.WriteString("some data");
                }),
                Message(MessageId.ChannelExtendedData, w =>
                {
                    w.WriteUInt32(0);
                    w.WriteUInt32(1);
                    w.WriteString("an error");
                }),
                Message(MessageId.ChannelRequest, w =>
                {
                    w.WriteUInt32(0);
                    w.WriteString("exit-status");
                    w.WriteBoolean(false);
                    w.WriteUInt32(3);
                }),
                Message(MessageId.GlobalRequest, w =>
                {
                    w.WriteString("keepalive@openssh.com");
                    w.WriteBoolean(true);
                }),
                Message(MessageId.ChannelEof, w => w.WriteUInt32(0)),
                Message(MessageId.ChannelClose, w => w.WriteUInt32(0)),
                Message(MessageId.Disconnect, w =>
                {
                    w.WriteUInt32(11);
                    w.WriteString("bye");
                    w.WriteString("");
                })));
        }
    }

    /// <summary>The packet of chacha20-poly1305@openssh.com under the null provider: plain, with a tag of zeros.</summary>
    private static byte[] Frame(ReadOnlySpan<byte> payload)
    {
        int padding = 8 - ((1 + payload.Length) % 8);
        padding += padding < 4 ? 8 : 0;
        int length = 1 + payload.Length + padding;
        var packet = new byte[4 + length + SshChaChaPoly.TagLength];
        BinaryPrimitives.WriteInt32BigEndian(packet, length);
        packet[4] = (byte)padding;
        payload.CopyTo(packet.AsSpan(5));
        return packet;
    }

    private static byte[] Open(uint number) => Message(MessageId.ChannelOpen, w =>
    {
        w.WriteString("session");
        w.WriteUInt32(number);
        w.WriteUInt32(65536);
        w.WriteUInt32(32768);
    });

    private static byte[] Message(MessageId id, Action<SshWriter> fields) => Message((byte)id, fields);

    private static byte[] Message(byte id, Action<SshWriter> fields)
    {
        using var writer = new SshWriter();
        writer.WriteByte(id);
        fields(writer);
        return writer.ToArray();
    }

    private static byte[] Input(byte mode, params ReadOnlySpan<byte[]> messages)
    {
        using var writer = new SshWriter();
        foreach (var message in messages)
        {
            writer.WriteByte((byte)(message.Length >> 8));
            writer.WriteByte((byte)message.Length);
            writer.WriteBytes(message);
        }

        return ControlBytes.Join(writer.ToArray(), mode);
    }
}
