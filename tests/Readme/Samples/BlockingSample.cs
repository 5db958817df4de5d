#region sample
using SshCore.Blocking;
using SshCore.Hosts;

#endregion
namespace SshCore.Tests.Readme.Samples;

internal static class BlockingSample
{
    public static string Run(string host, int port, SshHostKeyPolicy hostKeys)
    {
        #region sample
        using var client = SshClient.Connect(new SshClientOptions(host, port)
        {
            UserName = "joe",
            Credentials = [SshCredential.Password("secret")],
            HostKeyPolicy = hostKeys,
        });
        var result = client.Run("uname -a");
        Console.WriteLine($"{result.Exit}: {result.OutputText}");
        #endregion
        return result.OutputText;
    }
}
