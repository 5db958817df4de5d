using System.IO;
using System.Linq;
using SshCore.Fuzz.Engines;
using SshCore.Fuzz.Targets;

const string Usage = """
    usage: SshCore.Fuzz TARGET ENGINE
      targets:  server-stream client-stream valid-packets openssh-key pem known-hosts sftp-client transfer sftp-server
      engines:  afl                             out of process, under afl-fuzz
                libfuzzer                       under libfuzzer-dotnet
                replay PATH...                  every file, or every file of a folder
                mutate SECONDS SEED CORPUS OUT  in process, reproducible by its seed, findings to OUT
                seeds FOLDER                    writes the target's seeds
    """;

if (args.Length < 2 || FuzzTarget.Find(args[0]) is not { } target)
{
    Console.Error.WriteLine(Usage);
    return 2;
}

switch (args[1])
{
    case "afl":
        SharpFuzz.Fuzzer.OutOfProcess.Run(stream =>
        {
            using var input = new MemoryStream();
            stream.CopyTo(input);
            target.Run(input.GetBuffer().AsSpan(0, (int)input.Length));
        });
        return 0;
    case "libfuzzer":
        SharpFuzz.Fuzzer.LibFuzzer.Run(target.Run);
        return 0;
    case "replay" when args.Length > 2:
        return Replay.Run(target, args.Skip(2));
    case "mutate" when args.Length == 6 && int.TryParse(args[2], out int seconds) && ulong.TryParse(args[3], out ulong seed):
        return new Mutation(target, seed, args[5]).Run(TimeSpan.FromSeconds(seconds), args[4]);
    case "seeds" when args.Length == 3:
        Directory.CreateDirectory(args[2]);
        foreach (var (name, input) in target.Seeds())
        {
            File.WriteAllBytes(Path.Combine(args[2], name), input);
        }

        return 0;
    default:
        Console.Error.WriteLine(Usage);
        return 2;
}
