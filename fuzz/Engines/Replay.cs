using System.IO;
using System.Linq;
using SshCore.Fuzz.Targets;

namespace SshCore.Fuzz.Engines;

/// <summary>Runs kept inputs once more.</summary>
internal static class Replay
{
    public static int Run(FuzzTarget target, IEnumerable<string> paths)
    {
        int files = 0;
        int failures = 0;
        foreach (string file in paths.SelectMany(Files))
        {
            files++;
            try
            {
                target.Run(File.ReadAllBytes(file));
            }
            catch (Exception e)
            {
                failures++;
                Console.Error.WriteLine($"{target.Name} {file}: {e}");
            }
        }

        Console.WriteLine($"{target.Name}: {files} inputs, {failures} failures");
        return failures == 0 && files > 0 ? 0 : 1;
    }

    private static IEnumerable<string> Files(string path) =>
        Directory.Exists(path) ? Directory.EnumerateFiles(path).Order(StringComparer.Ordinal) : [path];
}
