using System.Diagnostics;
using SshCore.Channels;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;
using SshCore.Memory;
using SshCore.Security;
using SshCore.Sftp;

namespace SshCore.Benchmarks;

/// <summary>A file that is nowhere, carried between the two SFTP machines over a connection in memory; all on one thread, without a file system.</summary>
internal sealed class SftpInMemory : IDisposable
{
    private readonly SftpClientMachine _client = new();
    private readonly SftpServerMachine _server = new();
    private readonly MemoryPair _pair;
    private readonly ulong _length;
    private ulong _written;
    private bool _ended;

    private SftpInMemory(SshAlgorithmPreferences algorithms, SshHostKey hostKey, int mebibytes)
    {
        var crypto = DefaultCrypto.Provider;
        _length = (ulong)mebibytes << 20;
        _pair = new MemoryPair(
            new SshClientConnection(new SshClientSettings(crypto) { Algorithms = algorithms }),
            new SshServerConnection(new SshServerSettings(crypto, hostKey) { Algorithms = algorithms }))
        {
            OnClientEvent = OnClient,
            OnServerEvent = OnServer,
        };
        _pair.Client.Authenticate("bench");
        if (!_pair.RunUntil(() => _client.IsReady))
        {
            throw new InvalidOperationException($"No session: {_pair.Client.Error} {_pair.Server.Error}");
        }
    }

    /// <summary>Prints seconds and CPU of a get and a put.</summary>
    public static void Run(string cipher, int mebibytes)
    {
        using var key = SshPrivateKey.Generate(DefaultCrypto.Provider, SshKeyKind.Ed25519);
        var algorithms = SshAlgorithmPreferences.Default with { Ciphers = [cipher], KeyExchanges = ["curve25519-sha256"] };
        Console.WriteLine($"\n{mebibytes} MiB between the machines in memory with {cipher}, one thread\n");
        Console.WriteLine("| case | wall s | MiB/s | CPU s/GiB, both ends |\n|---|---|---|---|");
        foreach (string what in (string[])["get", "put"])
        {
            using (var warm = new SftpInMemory(algorithms, new SshHostKey(key), Math.Min(mebibytes, 256)))
            {
                warm.Carry(what);
            }

            using var run = new SftpInMemory(algorithms, new SshHostKey(key), mebibytes);
            double cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds;
            long begin = Stopwatch.GetTimestamp();
            run.Carry(what);
            double wall = Stopwatch.GetElapsedTime(begin).TotalSeconds;
            cpu = Process.GetCurrentProcess().TotalProcessorTime.TotalSeconds - cpu;
            Console.WriteLine($"| {what} | {wall:0.00} | {mebibytes / wall:0} | {cpu * 1024 / mebibytes:0.00} |");
        }
    }

    public void Dispose()
    {
        _pair.Dispose();
        _client.Dispose();
        _server.Dispose();
    }

    private void Carry(string what)
    {
        SftpTransfer transfer = what == "get" ? _client.Download("file") : _client.Upload("file");
        if (!_pair.RunUntil(() => _ended) || transfer.BytesDone != _length || (what == "put" && _written != _length))
        {
            throw new InvalidOperationException($"{what} carried {transfer.BytesDone} bytes: {transfer.Failure} {_client.Error} {_server.Error}");
        }
    }

    private void OnClient(SshEvent e)
    {
        switch (e.Kind)
        {
            case SshEventKind.Authenticated:
                _pair.Client.OpenChannel(ChannelOpen.Session());
                break;
            case SshEventKind.ChannelOpened:
                _pair.Client.AttachSftp(e.Channel, _client);
                break;
            case SshEventKind.SftpReady:
                while (_client.TryPoll(out var reply))
                {
                    OnReply(reply);
                }

                break;
            default:
                AcceptAll.Answer(e);
                break;
        }
    }

    private void OnReply(in SftpReply reply)
    {
        switch (reply.Kind)
        {
            case SftpReplyKind.TransferRoom when reply.Transfer is SftpUpload upload:
                while (upload.TakesData && upload.Position < _length && upload.TryReserve((int)Math.Min(_client.WriteLength, (long)(_length - upload.Position)), out var room))
                {
                    room.Commit((int)Math.Min((ulong)room.Span.Length, _length - upload.Position));
                }

                if (upload.TakesData && upload.Position == _length)
                {
                    upload.Complete();
                }

                break;
            case SftpReplyKind.TransferEnded:
                _ended = true;
                break;
            default:
                break;
        }
    }

    private void OnServer(SshEvent e)
    {
        AcceptAll.Answer(e);
        if (e.Body is OpenRequested open)
        {
            _pair.Server.AttachSftp(open.Id, _server);
        }

        while (_server.TryPollRequest(out var request))
        {
            Answer(request);
        }
    }

    private void Answer(SftpServerRequest request)
    {
        switch (request.Kind)
        {
            case SftpRequestKind.Open:
                request.AnswerHandle("file", overlapsReads: true);
                break;
            case SftpRequestKind.Stat or SftpRequestKind.FStat:
                request.AnswerAttributes(new SftpAttributes { Size = _length });
                break;
            case SftpRequestKind.Read when (ulong)request.Offset >= _length:
                request.Answer(new SftpStatus(SftpStatusCode.EndOfFile, ""));
                break;
            case SftpRequestKind.Read:
                request.ReserveData();
                request.CommitData((int)Math.Min((ulong)request.Length, _length - (ulong)request.Offset));
                break;
            case SftpRequestKind.Write:
                _written += (ulong)request.Data.Length;
                request.Answer(SftpStatus.Ok);
                break;
            default:
                request.Answer(SftpStatus.Ok);
                break;
        }
    }
}
