using System.IO;
using System.Linq;
using NUnit.Framework;

namespace SshCore.Tests.RealPeers.Setup;

/// <summary>A program of Debian's that a test needs.</summary>
internal sealed record PeerProgram(string Name, string Package)
{
    public static readonly PeerProgram Setsid = new("setsid", "util-linux");
    public static readonly PeerProgram Sshd = new("sshd", "openssh-server");
    public static readonly PeerProgram Ssh = new("ssh", "openssh-client");
    public static readonly PeerProgram SshKeygen = new("ssh-keygen", "openssh-client");
    public static readonly PeerProgram Dropbear = new("dropbear", "dropbear-bin");
    public static readonly PeerProgram DropbearKey = new("dropbearkey", "dropbear-bin");
    public static readonly PeerProgram DropbearConvert = new("dropbearconvert", "dropbear-bin");
    public static readonly PeerProgram Dbclient = new("dbclient", "dropbear-bin");
    public static readonly PeerProgram Plink = new("plink", "putty-tools");
    public static readonly PeerProgram Puttygen = new("puttygen", "putty-tools");
    public static readonly PeerProgram Sftp = new("sftp", "openssh-client");
    public static readonly PeerProgram Psftp = new("psftp", "putty-tools");
    public static readonly PeerProgram Curl = new("curl", "curl");
    public static readonly PeerProgram Lftp = new("lftp", "lftp");
    public static readonly PeerProgram Rclone = new("rclone", "rclone");
    public static readonly PeerProgram Sshfs = new("sshfs", "sshfs");
    public static readonly PeerProgram Diff = new("diff", "diffutils");
    public static readonly PeerProgram Shell = new("/bin/sh", "dash");
    public static readonly PeerProgram Node = new("node", "nodejs");

    // Debian's own: the peers in Python are Debian packages, which another Python does not see.
    public static readonly PeerProgram Python = new("/usr/bin/python3", "python3");

    private static readonly string[] Folders =
    [
        .. (Environment.GetEnvironmentVariable("PATH") ?? "").Split(':', StringSplitOptions.RemoveEmptyEntries),
        "/usr/sbin", "/sbin", "/usr/local/sbin",
    ];

    /// <summary>Its full path; without it the test is skipped, on CI it fails.</summary>
    public string Path => Find() ?? throw Missing(Name, Package);

    /// <summary>Ends the test: ignored with what to install, or failed where everything has to be there.</summary>
    public static Exception Missing(string what, string package)
    {
        string message = $"Missing peer: {what}. Install the Debian package {package}.";
        if (Environment.GetEnvironmentVariable("CI") == "true")
        {
            Assert.Fail(message);
        }

        return new IgnoreException(message);
    }

    private string? Find() => System.IO.Path.IsPathRooted(Name)
        ? File.Exists(Name) ? Name : null
        : Folders.Select(folder => System.IO.Path.Combine(folder, Name)).FirstOrDefault(File.Exists);
}
