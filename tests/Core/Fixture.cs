using System.IO;
using System.Text;

namespace SshCore.Tests.Core;

/// <summary>Files of the Fixtures folders, which are embedded in the test assembly.</summary>
internal static class Fixture
{
    public static byte[] Bytes(string name)
    {
        using var stream = typeof(Fixture).Assembly.GetManifestResourceStream("Fixtures/" + name)
            ?? throw new FileNotFoundException("No such fixture.", name);
        using var copy = new MemoryStream();
        stream.CopyTo(copy);
        return copy.ToArray();
    }

    public static string Text(string name) => Encoding.UTF8.GetString(Bytes(name));
}
