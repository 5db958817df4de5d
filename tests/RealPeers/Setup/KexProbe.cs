using System.Buffers.Binary;
using System.IO;
using System.Net;
using System.Net.Sockets;
using System.Text;
using SshCore.Wire;

namespace SshCore.Tests.RealPeers.Setup;

/// <summary>What a server offers, read from its KEXINIT by hand: the truth about its build, whatever version it is.</summary>
internal sealed record KexProbe(string Identification, string[] KeyExchanges, string[] HostKeys, string[] Ciphers, string[] Macs)
{
    public static KexProbe Ask(int port)
    {
        using var socket = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        socket.ReceiveTimeout = socket.SendTimeout = 30_000;
        socket.Connect(new IPEndPoint(IPAddress.Loopback, port));
        return Read(socket);
    }

    /// <summary>Greets whoever is at the other end, client or server, and reads its lists.</summary>
    public static KexProbe Read(Socket socket)
    {
        using var stream = new NetworkStream(socket);
        stream.Write("SSH-2.0-probe\r\n"u8);
        string identification = ReadLine(stream);
        var head = new byte[5];
        stream.ReadExactly(head);
        var body = new byte[BinaryPrimitives.ReadInt32BigEndian(head) - 1];
        stream.ReadExactly(body);

        var reader = new SshReader(body.AsSpan(0, body.Length - head[4]));
        if (reader.ReadByte() != (byte)MessageId.KexInit)
        {
            throw new InvalidDataException("The peer's first packet is no KEXINIT.");
        }

        reader.ReadBytes(16);
        string[][] lists = [.. ReadLists(ref reader, 6)];
        return new KexProbe(identification, lists[0], lists[1], lists[2], lists[4]);
    }

    private static List<string[]> ReadLists(ref SshReader reader, int count)
    {
        var lists = new List<string[]>();
        for (int i = 0; i < count; i++)
        {
            lists.Add(Encoding.ASCII.GetString(reader.ReadString()).Split(','));
        }

        return lists;
    }

    private static string ReadLine(NetworkStream stream)
    {
        while (true)
        {
            var line = new StringBuilder();
            int next;
            while ((next = stream.ReadByte()) is not ('\n' or -1))
            {
                line.Append((char)next);
            }

            if (next < 0 || line.ToString().StartsWith("SSH-", StringComparison.Ordinal))
            {
                return line.ToString().TrimEnd('\r');
            }
        }
    }

    public override string ToString() =>
        $"{Identification}\n  {string.Join(',', KeyExchanges)}\n  {string.Join(',', HostKeys)}\n  {string.Join(',', Ciphers)}\n  {string.Join(',', Macs)}";
}
