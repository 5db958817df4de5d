#region sample
using SshCore.Async;
using SshCore.Hosts;

#endregion
namespace SshCore.Tests.Readme.Samples;

internal static class AsyncSample
{
    public static async Task<string> RunAsync(string host, int port, SshHostKeyPolicy hostKeys)
    {
        #region sample
        await using var client = await SshClient.ConnectAsync(new SshClientOptions(host, port)
        {
            UserName = "joe",
            Credentials = [SshCredential.Password("secret")],
            HostKeyPolicy = hostKeys, // by default: the user's known_hosts
        });
        var result = await client.RunAsync("uname -a");
        Console.WriteLine($"{result.Exit}: {result.OutputText}");

        await using var session = await client.OpenSessionAsync(); // a Stream: stdin and stdout of the command
        await session.ExecAsync("ls -l");
        string listing = await new StreamReader(session).ReadToEndAsync();
        #endregion
        return result.OutputText + listing;
    }
}
