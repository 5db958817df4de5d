using BenchmarkDotNet.Running;
using SshCore.Benchmarks;

switch (args.Length == 0 ? "whole" : args[0])
{
    case "whole":
        WholeRuns.Run();
        return 0;
    case "parts":
        BenchmarkSwitcher.FromAssembly(typeof(PacketBenchmarks).Assembly).Run(args[1..]);
        return 0;
    default:
        Console.Error.WriteLine("usage: dotnet run -c Release --project tests/Benchmarks -- [whole | parts --filter '*']");
        return 2;
}
