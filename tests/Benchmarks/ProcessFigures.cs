using System.Globalization;
using System.IO;

namespace SshCore.Benchmarks;

/// <summary>What the kernel tells of running processes; Linux only, 0 elsewhere.</summary>
internal static class ProcessFigures
{
    private const double TicksPerSecond = 100; // USER_HZ, the unit of /proc

    /// <summary>User and system seconds of a process, and of its children that have ended.</summary>
    public static double Cpu(int process)
    {
        string stat = Read(process, "stat");
        if (stat.Length == 0)
        {
            return 0;
        }

        // The name, in brackets, may have spaces. Fields 14 to 17 are utime, stime, cutime and cstime.
        var fields = stat.Substring(stat.LastIndexOf(')') + 2).Split(' ');
        double ticks = 0;
        for (int i = 11; i < 15; i++)
        {
            ticks += long.Parse(fields[i], CultureInfo.InvariantCulture);
        }

        return ticks / TicksPerSecond;
    }

    /// <summary>True while a process has children that run.</summary>
    public static bool HasChildren(int process) => Children(process).Length > 0;

    /// <summary>The most memory that a process and its children have had resident so far, MiB, each counted by itself.</summary>
    public static double PeakMemory(int process)
    {
        double sum = 0;
        foreach (string line in Read(process, "status").Split('\n'))
        {
            if (line.StartsWith("VmHWM:", StringComparison.Ordinal))
            {
                sum = double.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture) / 1024;
            }
        }

        foreach (string child in Children(process))
        {
            sum += PeakMemory(int.Parse(child, CultureInfo.InvariantCulture));
        }

        return sum;
    }

    private static string[] Children(int process) => Read(process, $"task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries);

    private static string Read(int process, string file)
    {
        try
        {
            return File.ReadAllText($"/proc/{process}/{file}");
        }
        catch (IOException)
        {
            return ""; // it has ended, or this is no Linux
        }
    }
}
