using System.Globalization;
using SshCore.Tests.Native;

// managed-pair MEBIBYTES: the same work as Programs/throughput.c on core itself, compiled ahead of time as the library is.
long bytes = long.Parse(args[0], CultureInfo.InvariantCulture) << 20;
byte[] message = new byte[32 * 1024];
using var pair = new ManagedPair();
pair.Carry(32 << 20, message);
var start = Environment.CpuUsage.TotalTime;
pair.Carry(bytes, message);
var spent = Environment.CpuUsage.TotalTime - start;
Console.WriteLine(spent.TotalSeconds.ToString("0.000000", CultureInfo.InvariantCulture));
