using System.IO;
using System.Runtime.InteropServices;
using NUnit.Framework;

namespace SshCore.Tests.Native;

/// <summary>The library as <c>dotnet cake --target=Native</c> leaves it.</summary>
internal static class Published
{
    /// <summary>Where it lies. Without it the test is skipped; on CI it fails.</summary>
    public static string LibraryFolder
    {
        get
        {
            string folder = Environment.GetEnvironmentVariable("SSHCORE_LIBRARY_FOLDER")
                ?? Path.Combine(Header.Root, "artifacts", "native", RuntimeInformation.RuntimeIdentifier, "lib");
            string header = Path.Combine(folder, "..", "include", "sshcore.h");
            if (File.Exists(Path.Combine(folder, "libsshcore.so")) && (!File.Exists(header) || File.ReadAllText(header) == Header.Text))
            {
                return folder;
            }

            const string Message = "libsshcore.so is not there, or older than the header: run dotnet cake --target=Native first.";
            if (Environment.GetEnvironmentVariable("CI") == "true")
            {
                Assert.Fail(Message);
            }

            throw new IgnoreException(Message);
        }
    }
}
