using System.Diagnostics;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using System.Threading;
using System.Threading.Tasks;

namespace SshCore.Tests.RealPeers.Setup;

/// <summary>
/// A program in a session and process group of its own: what it started ends with it, and nothing else does. Its output
/// is kept for the report of a failure.
/// </summary>
internal sealed partial class PeerProcess : IDisposable
{
    private const int SigKill = 9;

    private readonly Process _process;
    private readonly StringBuilder _log = new();
    private bool _isDisposed;

    private PeerProcess(Process process)
    {
        _process = process;
        _process.OutputDataReceived += (_, line) => Note(line.Data);
        _process.ErrorDataReceived += (_, line) => Note(line.Data);
        _process.Start();
        _process.StandardInput.Close();
        _process.BeginOutputReadLine();
        _process.BeginErrorReadLine();
    }

    public bool HasExited => _process.HasExited;

    public string Log
    {
        get
        {
            lock (_log)
            {
                return _log.ToString();
            }
        }
    }

    /// <summary>Starts a server and waits until it takes connections on <paramref name="port"/>.</summary>
    public static PeerProcess StartServer(int port, PeerProgram program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment = null)
    {
        var peer = new PeerProcess(Create(program, arguments, environment));
        try
        {
            peer.WaitUntilListening(port, TimeSpan.FromSeconds(30));
            return peer;
        }
        catch
        {
            peer.Dispose();
            throw;
        }
    }

    /// <summary>Runs a program to its end, with <paramref name="input"/> on its standard input.</summary>
    public static async Task<CommandResult> RunAsync(
        PeerProgram program, IEnumerable<string> arguments, ReadOnlyMemory<byte> input = default, TimeSpan? limit = null, IReadOnlyDictionary<string, string>? environment = null)
    {
        using var process = Create(program, arguments, environment);
        process.Start();
        using var timeout = new CancellationTokenSource(limit ?? TimeSpan.FromSeconds(60));
        try
        {
            using var output = new MemoryStream();
            using var error = new MemoryStream();
            var reading = process.StandardOutput.BaseStream.CopyToAsync(output, timeout.Token);
            var readingErrors = process.StandardError.BaseStream.CopyToAsync(error, timeout.Token);
            try
            {
                await process.StandardInput.BaseStream.WriteAsync(input, timeout.Token);
                process.StandardInput.Close();
            }
            catch (IOException)
            {
                // It ended without reading its input; what it said is the result.
            }

            await Task.WhenAll(reading, readingErrors);
            await process.WaitForExitAsync(timeout.Token);
            return new CommandResult(process.ExitCode, output.ToArray(), error.ToArray());
        }
        catch (OperationCanceledException)
        {
            throw new TimeoutException($"{program.Name} {string.Join(' ', arguments)} did not end in time.");
        }
        finally
        {
            KillGroup(process);
        }
    }

    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        KillGroup(_process);
        _process.WaitForExit(5000);
        _process.Dispose();
    }

    private static Process Create(PeerProgram program, IEnumerable<string> arguments, IReadOnlyDictionary<string, string>? environment)
    {
        var start = new ProcessStartInfo(PeerProgram.Setsid.Path)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            UseShellExecute = false,
        };
        // Not a group leader yet, so that setsid does not fork: the process that is started is the program itself.
        start.ArgumentList.Add(program.Path);
        foreach (string argument in arguments)
        {
            start.ArgumentList.Add(argument);
        }

        start.Environment.Remove("SSH_AUTH_SOCK");
        start.Environment.Remove("SSH_ASKPASS");
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
        {
            start.Environment[name] = value;
        }

        return new Process { StartInfo = start };
    }

    private void WaitUntilListening(int port, TimeSpan limit)
    {
        var clock = Stopwatch.StartNew();
        while (clock.Elapsed < limit)
        {
            if (_process.HasExited)
            {
                throw new InvalidOperationException($"The server ended with {_process.ExitCode}:\n{Log}");
            }

            if (IsListening(port))
            {
                return;
            }

            Thread.Sleep(20);
        }

        throw new TimeoutException($"The server did not listen on port {port} in time:\n{Log}");
    }

    /// <summary>Looks at the kernel's table: a connection to probe would be an unfinished handshake in the server's eyes.</summary>
    private static bool IsListening(int port)
    {
        string local = $"0100007F:{port:X4} 00000000:0000 0A";
        foreach (string line in File.ReadLines("/proc/net/tcp"))
        {
            if (line.Contains(local, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }

    private static void KillGroup(Process process)
    {
        try
        {
            // The tree first: servers put their connections into sessions of their own.
            process.Kill(entireProcessTree: true);
            _ = Kill(-process.Id, SigKill);
        }
        catch (InvalidOperationException)
        {
            // It was never started, or is gone and forgotten.
        }
    }

    private void Note(string? line)
    {
        lock (_log)
        {
            // Bounded: a chatty peer must not fill the memory.
            if (line is not null && _log.Length < 1_000_000)
            {
                _log.AppendLine(line);
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill")]
    private static partial int Kill(int process, int signal);
}

/// <summary>What a command left.</summary>
internal sealed record CommandResult(int ExitStatus, byte[] Output, byte[] Error)
{
    public string Text => Encoding.UTF8.GetString(Output);

    public string ErrorText => Encoding.UTF8.GetString(Error);

    public override string ToString() => $"exit {ExitStatus}, {Output.Length} bytes of output, errors: {ErrorText}";
}
