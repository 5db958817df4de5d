#region sample
using SshCore.Async;
using SshCore.Hosts;
using SshCore.Hosts.Sftp;

#endregion
namespace SshCore.Tests.Readme.Samples;

internal static class SftpSample
{
    public static async Task RunAsync(SshClientOptions options, string report, string copy, string backup)
    {
        #region sample
        await using var client = await SshClient.ConnectAsync(options);
        await using var sftp = await client.OpenSftpAsync();
        await sftp.PutAsync(report, "/upload/report.pdf", new SftpTransferOptions { Atomic = true });
        await sftp.GetAsync("/upload/report.pdf", copy, progress: new Progress<SftpProgress>());
        await sftp.GetTreeAsync("/upload", backup); // many files at once
        await foreach (var file in sftp.ListDirectoryAsync("/upload"))
        {
            Console.WriteLine($"{file.Attributes.Size,10} {file.Name}");
        }

        await using var log = await sftp.OpenAsync("/upload/log", FileMode.Append, FileAccess.Write); // a Stream
        await log.WriteAsync("done\n"u8.ToArray());
        #endregion
    }
}
