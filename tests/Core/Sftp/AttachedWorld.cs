using NUnit.Framework;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Memory;
using SshCore.Sftp;
using SshCore.Tests.Core.Pair;

namespace SshCore.Tests.Core.Sftp;

/// <summary>A pair of connections in virtual time, a client machine attached to a session channel, and a server behind it.</summary>
internal sealed class AttachedWorld : IDisposable
{
    private ChannelId _serverChannel;

    public AttachedWorld(PairPlan plan, TinyServer server, SftpClientMachine? machine = null)
    {
        Server = server;
        Machine = machine ?? new SftpClientMachine();
        Pair = new MemoryPair(plan.Client(), plan.Server(), plan.Options);
        Pair.OnClientEvent = OnClient;
        Pair.OnServerEvent = OnServer;
        Pair.Client.Authenticate("user");
    }

    public MemoryPair Pair { get; }

    public SftpClientMachine Machine { get; }

    public TinyServer Server { get; }

    /// <summary>Set before the start: this machine is attached on the server instead of <see cref="Server"/>, which holds its file.</summary>
    public SftpServerMachine? ServerMachine { get; init; }

    public ChannelId Channel { get; private set; }

    /// <summary>The server leaves what comes in its channel.</summary>
    public bool ServerStalls { get; set; }

    /// <summary>Gets each reply while its data can be borrowed.</summary>
    public Action<SftpReply>? OnReply { get; set; }

    public List<SftpReplyKind> Replies { get; } = [];

    public List<SshEvent> ClientEvents { get; } = [];

    public List<SshEvent> ServerEvents { get; } = [];

    public AttachedWorld Started()
    {
        Assert.That(Pair.RunUntil(() => Machine.IsReady), Is.True, $"{Pair.Client.Error} {Pair.Server.Error}");
        return this;
    }

    /// <summary>Polls the machine dry.</summary>
    public void Poll()
    {
        while (Machine.TryPoll(out var reply))
        {
            if (reply.Kind != SftpReplyKind.Data)
            {
                Replies.Add(reply.Kind);
            }

            OnReply?.Invoke(reply);
        }
    }

    /// <summary>The server goes on where it stalled.</summary>
    public void Resume()
    {
        ServerStalls = false;
        Serve(default);
    }

    public void CloseFromServer() => Pair.Server.Channel(_serverChannel).Close();

    public void EofFromServer() => Pair.Server.Channel(_serverChannel).SendEof();

    public void Dispose()
    {
        Pair.Dispose();
        Machine.Dispose();
        ServerMachine?.Dispose();
    }

    private void OnClient(SshEvent e)
    {
        ClientEvents.Add(e);
        switch (e.Kind)
        {
            case SshEventKind.Authenticated:
                Channel = Pair.Client.OpenChannel(ChannelOpen.Session());
                break;
            case SshEventKind.ChannelOpened when e.Channel == Channel:
                Pair.Client.AttachSftp(Channel, Machine);
                break;
            case SshEventKind.SftpReady:
                Poll();
                break;
            default:
                AcceptAll.Answer(e);
                break;
        }
    }

    private void OnServer(SshEvent e)
    {
        ServerEvents.Add(e);
        switch (e.Kind)
        {
            case SshEventKind.OpenRequested:
                AcceptAll.Answer(e);
                if (_serverChannel.IsNone)
                {
                    _serverChannel = ((OpenRequested)e.Body!).Id;
                }

                if (ServerMachine is not null && _serverChannel == ((OpenRequested)e.Body!).Id)
                {
                    Pair.Server.AttachSftp(_serverChannel, ServerMachine);
                }

                break;
            case SshEventKind.SftpReady:
                ServeRequests(ServerMachine!);
                break;
            case SshEventKind.ChannelData or SshEventKind.ChannelWritable when e.Channel == _serverChannel:
                Serve(e);
                break;
            default:
                AcceptAll.Answer(e);
                break;
        }
    }

    private void Serve(SshEvent e)
    {
        if (ServerStalls)
        {
            return;
        }

        var channel = Pair.Server.Channel(_serverChannel);
        var buffer = new byte[64 * 1024];
        for (int count = channel.Read(buffer); count > 0; count = channel.Read(buffer))
        {
            Server.Take(buffer.AsSpan(0, count));
        }

        while (Server.HasOutput)
        {
            var bytes = Server.Peek();
            int taken = channel.Write(bytes.Span);
            Server.Advance(taken);
            if (taken < bytes.Length)
            {
                break;
            }
        }
    }

    private void ServeRequests(SftpServerMachine machine)
    {
        while (!ServerStalls && machine.TryPollRequest(out var request))
        {
            int offset = (int)request.Offset;
            switch (request.Kind)
            {
                case SftpRequestKind.Open:
                    request.AnswerHandle("file");
                    break;
                case SftpRequestKind.Write:
                    request.Data.CopyTo(Server.File.AsMemory(offset));
                    Server.FileLength = Math.Max(Server.FileLength, offset + request.Data.Length);
                    request.Answer(SftpStatus.Ok);
                    break;
                case SftpRequestKind.Read when offset >= Server.FileLength:
                    request.Answer(new SftpStatus(SftpStatusCode.EndOfFile, ""));
                    break;
                case SftpRequestKind.Read:
                    request.AnswerData(Server.File.AsSpan(offset, Math.Min((int)request.Length, Server.FileLength - offset)));
                    break;
                case SftpRequestKind.Stat or SftpRequestKind.FStat:
                    request.AnswerAttributes(new SftpAttributes { Size = (ulong)Server.FileLength });
                    break;
                default:
                    request.Answer(SftpStatus.Ok);
                    break;
            }
        }
    }
}
