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
    case "sftp":
        await SftpLoopback.RunAsync();
        return 0;
    case "sftp-client":
        return await SftpLoopback.ClientAsync(args[1..]);
    case "loopback-client":
        return await Loopback.ClientAsync(args[1..]);
    case "start" when args.Length == 2 && !OperatingSystem.IsWindows():
        return Starting.Run(args[1]);
    case "parts":
        BenchmarkSwitcher.FromAssembly(typeof(PacketBenchmarks).Assembly).Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Benchmarks -- [whole | idle | loopback | sftp | start PROGRAM | parts --filter '*']");
        return 2;
}
