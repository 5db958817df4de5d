namespace SshCore.Native.Boundary;

/// <summary>One sentence for each result.</summary>
internal static class ResultTexts
{
    public static string For(Result result) => result switch
    {
        Result.Ok => "success",
        Result.NullPointer => "a pointer that must not be NULL is NULL",
        Result.BadHandle => "not a live handle of this kind: it was freed, or belongs to something else",
        Result.StructSize => "the size at the start of a struct is not one that this library knows",
        Result.Argument => "an argument is outside its range or is not valid text",
        Result.Length => "a length is larger than what it counts",
        Result.State => "the call is not allowed in this state",
        Result.Token => "no question with this token waits for an answer",
        Result.WrongAnswer => "this question is not answered by this function",
        Result.Channel => "the connection never had this channel",
        Result.Busy => "another call on the same handle is under way",
        Result.Memory => "memory ran out",
        Result.Internal => "a fault of the library itself; the log has the detail",
        Result.Format => "the bytes are in none of the formats that can be read, or are damaged",
        Result.PassphraseNeeded => "the key file is encrypted and no passphrase was given",
        Result.PassphraseWrong => "the passphrase is wrong, or the encrypted part is damaged",
        Result.KeyUnsupported => "the kind of key, cipher or key derivation is known but not supported",
        Result.Signature => "the signature does not verify",
        Result.Algorithm => "an algorithm name is unknown, or does not fit here",
        Result.Unsupported => "not available on this system",
        Result.Io => "a system call failed; the detail has its error",
        Result.Timeout => "the time given has passed",
        Result.HostKeyUnknown => "the host key is not known",
        Result.HostKeyChanged => "the host has another key than the known one",
        Result.HostKeyRevoked => "the host key is revoked",
        Result.AuthFailed => "the log-in was refused",
        Result.Closed => "the connection has ended; its error says why",
        Result.Refused => "the peer refused",
        Result.Limit => "a bound of the library or of the call was reached",
        Result.File => "a file of this side cannot be read or written; the detail says why",
        Result.AuthPartial => "this method was accepted, and the server wants another one too",
        Result.PasswordExpired => "the password has expired: the server wants a new one",
        Result.Cancelled => "a callback gave it up",
        Result.KeyNotAuthorized => "no line of authorized_keys lets this key in from there",
        _ => "unknown result",
    };
}
