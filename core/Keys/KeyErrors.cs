using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>The sentences about keys that several readers share.</summary>
internal static class KeyErrors
{
    public static SshError Damaged(string what) => new(SshErrorKind.InvalidMessage, $"The {what} key is damaged.");

    public static SshError Damaged(string what, string expected, string? got = null) =>
        new(SshErrorKind.InvalidMessage, $"The {what} is damaged", expected, got);

    public static SshError UnsupportedType(string type) => type switch
    {
        "ssh-dss" => new(SshErrorKind.UnsupportedKey, "The key is a DSA key (ssh-dss), which is not supported."),
        _ => new(SshErrorKind.UnsupportedKey, $"The key type '{Utf8.Printable(type, maxLength: 64)}' is not supported."),
    };
}
