using System.Runtime.InteropServices;
using System.Text;

namespace SshCore.Cli.Unix;

/// <summary>An entry of the user database.</summary>
internal sealed unsafe record UserAccount(string Name, uint UserId, string Home, string Shell)
{
    private const int BufferSize = 16 * 1024;

    /// <summary>The user this process runs as; without an entry, what the environment says.</summary>
    internal static UserAccount Current()
    {
        uint user = Libc.GetUid();
        return Look(null, user) ?? new UserAccount(
            Environment.GetEnvironmentVariable("USER") ?? user.ToString(System.Globalization.CultureInfo.InvariantCulture),
            user,
            Environment.GetEnvironmentVariable("HOME") ?? "/",
            Environment.GetEnvironmentVariable("SHELL") ?? "/bin/sh");
    }

    /// <summary>The user of that name; null if there is none.</summary>
    internal static UserAccount? Find(string name) => Look(name, 0);

    private static UserAccount? Look(string? name, uint user)
    {
        byte* entry = stackalloc byte[128];
        byte[] buffer = new byte[BufferSize];
        byte* found = null;
        fixed (byte* room = buffer)
        {
            int result;
            if (name is null)
            {
                result = Libc.GetPasswdByUid(user, entry, room, BufferSize, &found);
            }
            else
            {
                fixed (byte* bytes = Encoding.UTF8.GetBytes(name + "\0"))
                {
                    result = Libc.GetPasswdByName(bytes, entry, room, BufferSize, &found);
                }
            }

            if (result != 0 || found == null)
            {
                return null;
            }

            // struct passwd: name, passwd, uid, gid, [change and class on macOS], gecos, dir, shell
            byte** words = (byte**)entry;
            int gecos = UnixConstants.IsMac ? 5 : 3;
            string shell = Text(words[gecos + 2]);
            return new UserAccount(Text(words[0]), ((uint*)entry)[4], Text(words[gecos + 1]), shell.Length == 0 ? "/bin/sh" : shell);
        }
    }

    private static string Text(byte* bytes) => Marshal.PtrToStringUTF8((nint)bytes) ?? "";
}
