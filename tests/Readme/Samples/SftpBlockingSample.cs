#region sample
using SshCore.Blocking;

#endregion
namespace SshCore.Tests.Readme.Samples;

internal static class SftpBlockingSample
{
    public static string Run(SshCore.Hosts.SshClientOptions options, string report)
    {
        #region sample
        using var client = SshClient.Connect(options);
        using var sftp = client.OpenSftp();
        sftp.Put(report, "/upload/report.pdf");
        using var file = sftp.Open("/upload/report.pdf"); // a seekable Stream
        file.Position = 5;
        string rest = new StreamReader(file).ReadToEnd();
        #endregion
        return rest;
    }
}
