using BenchmarkDotNet.Running;
using SshCore.Benchmarks;

switch (args.Length == 0 ? "whole" : args[0])
{
    case "whole":
        WholeRuns.Run();
        return 0;
    case "idle":
        WholeRuns.IdleConnections();
        return 0;
    case "loopback":
        await Loopback.RunAsync();
        return 0;
    case "connect":
        await Connecting.RunAsync(args.Length > 1 ? args[1] : "", args.Length > 2 ? args[2] : "");
        return 0;
    case "connect-server" when args.Length == 2:
        return await ConnectServerProcess.RunAsync(args[1]);
    case "sftp" when SftpOptions.Parse(args[1..]) is { } options:
        SftpLoopback.Run(options);
        return 0;
    case "sftp-client":
        return await SftpLoopback.ClientAsync(args[1..]);
    case "sshnet-client":
        return SshNetClient.Run(args[1..]);
    case "sftp-server" when args.Length == 2:
        return await SftpServerProcess.RunAsync(args[1]);
    case "loopback-client":
        return await Loopback.ClientAsync(args[1..]);
    case "start" when args.Length == 2 && !OperatingSystem.IsWindows():
        return Starting.Run(args[1]);
    case "parts":
        BenchmarkSwitcher.FromAssembly(typeof(PacketBenchmarks).Assembly).Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine("""
            usage: dotnet run -c Release --project tests/Benchmarks -- MODE
              whole                    connections in memory (the default)
              idle                     memory of idle connections
              loopback                 streams against ssh
              connect [KEX [WORD]]     connections that run one command, with our server and sshd, against ssh and SSH.NET;
                                       KEX and WORD pick key exchanges and cases by name
              sftp [--server ours|sshd] [--mib N] [--rounds N] [--only WORD] [PROGRAM]
                                       files against sftp and SSH.NET: large (512 MiB), small, with a round trip of 20 and
                                       100 ms, and in memory; WORD picks cases by name (get, put, tree, ms, memory);
                                       PROGRAM is a published sshcore whose sftp is measured too
              start PROGRAM            start of a published sshcore against ssh
              parts --filter '*'       BenchmarkDotNet
            """);
        return 2;
}
