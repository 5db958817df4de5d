namespace SshCore.Auth;

/// <summary>Names of RFC 4252 and RFC 4256: the services and the methods this library has.</summary>
internal static class AuthMethods
{
    public const string Service = "ssh-userauth";
    public const string ConnectionService = "ssh-connection";

    public const string None = "none";
    public const string Password = "password";
    public const string PublicKey = "publickey";
    public const string KeyboardInteractive = "keyboard-interactive";

    /// <summary>Throws on a name that no method of this library has, and on one that is there twice.</summary>
    public static void Check(IReadOnlyList<string> methods, string argument)
    {
        ArgumentNullException.ThrowIfNull(methods, argument);
        for (int i = 0; i < methods.Count; i++)
        {
            if (methods[i] is not (None or Password or PublicKey or KeyboardInteractive))
            {
                throw new ArgumentException(
                    $"'{methods[i]}' is no authentication method of this library; those are {PublicKey}, {Password}, {KeyboardInteractive} and {None}.", argument);
            }

            if (IndexOf(methods, methods[i]) != i)
            {
                throw new ArgumentException($"The authentication method '{methods[i]}' is there twice.", argument);
            }
        }
    }

    /// <summary>Whether <paramref name="methods"/> has <paramref name="method"/>; names are case-sensitive (RFC 4251 §6).</summary>
    public static bool Contains(IReadOnlyList<string> methods, string method) => IndexOf(methods, method) >= 0;

    private static int IndexOf(IReadOnlyList<string> methods, string method)
    {
        for (int i = 0; i < methods.Count; i++)
        {
            if (string.Equals(methods[i], method, StringComparison.Ordinal))
            {
                return i;
            }
        }

        return -1;
    }
}
