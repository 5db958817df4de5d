using System.Text;
using SshCore.Cli.Unix;

namespace SshCore.Tests.Cli.Unix;

internal static class Shell
{
    internal static ProgramStart Program(string command, params string[] environment) =>
        new("/bin/sh", Bytes("sh", "-c", command), Bytes(["PATH=/usr/bin:/bin", .. environment]), "/");

    private static ReadOnlyMemory<byte>[] Bytes(params string[] texts) =>
        Array.ConvertAll(texts, static text => (ReadOnlyMemory<byte>)Encoding.UTF8.GetBytes(text));
}
