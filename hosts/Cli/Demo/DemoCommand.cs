using System.CommandLine;

namespace SshCore.Cli.Demo;

/// <summary>The command line of <c>sshcore demo</c>.</summary>
internal static class DemoCommand
{
    private const string Description =
        "Starts a server on loopback with fresh keys, logs in, runs a command, sends data there and back while keys change, and compares digests.";

    private static readonly Option<int> Megabytes = new("--size")
    {
        Description = "MiB to send there and back. Default: 64",
        HelpName = "MIB",
        DefaultValueFactory = _ => 64,
    };

    /// <summary>The command for the parser.</summary>
    internal static Command Create()
    {
        var command = new Command("demo", Description) { Megabytes };
        command.SetAction(static (result, cancellation) => Demonstration.RunAsync(result.GetValue(Megabytes), cancellation));
        return command;
    }
}
