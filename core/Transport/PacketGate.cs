namespace SshCore.Transport;

/// <summary>Where a connection stands, as far as the legality of what the peer sends goes.</summary>
internal enum GatePhase : byte
{
    /// <summary>Until the peer's first NEWKEYS, without strict KEX (or before it is known).</summary>
    FirstKex,
    /// <summary>Until the peer's first NEWKEYS, under strict KEX.</summary>
    FirstKexStrict,
    /// <summary>Keys are in use, nobody is authenticated.</summary>
    BeforeAuth,
    /// <summary>Authenticated.</summary>
    Open,
    /// <summary>From the peer's KEXINIT of a later exchange to its NEWKEYS, after log-in.</summary>
    Rekey,
    /// <summary>The same before log-in.</summary>
    RekeyBeforeAuth,
    /// <summary>The connection has ended on this side.</summary>
    Closing,
}

/// <summary>What to do with a message of the peer.</summary>
internal enum GateVerdict : byte
{
    /// <summary>Its layer gets it.</summary>
    Handle,
    /// <summary>It is dropped in silence.</summary>
    Ignore,
    /// <summary>It is answered with UNIMPLEMENTED (RFC 4253 §11.4).</summary>
    Unimplemented,
    /// <summary>It ends the connection.</summary>
    Fatal,
}

/// <summary>
/// The one table of what a peer may send when: by phase, message number and the peer's role. Layers check their own state
/// on top of it. A golden file holds all of it.
/// </summary>
internal static class PacketGate
{
    public static GateVerdict Judge(GatePhase phase, byte number, bool fromServer) => phase switch
    {
        GatePhase.FirstKex => FirstKex(number, fromServer),
        GatePhase.FirstKexStrict => FirstKexStrict(number, fromServer),
        GatePhase.BeforeAuth => BeforeAuth(number, fromServer),
        GatePhase.Open => Open(number, fromServer),
        GatePhase.Rekey => Rekey(number, fromServer),
        GatePhase.RekeyBeforeAuth => RekeyBeforeAuth(number, fromServer),
        _ => GateVerdict.Ignore,
    };

    private static GateVerdict FirstKex(byte number, bool fromServer) => number switch
    {
        1 or 2 or 3 or 4 => GateVerdict.Handle,
        20 or 21 => GateVerdict.Handle,
        >= 30 and <= 49 => KexMessage(number, fromServer),
        >= 8 and <= 19 or >= 22 and <= 29 => GateVerdict.Unimplemented,

        // Services, EXT_INFO and all that needs authentication have no place before keys
        // (CVE-2023-46445, CVE-2018-10933, CVE-2025-32433).
        _ => GateVerdict.Fatal,
    };

    // OpenSSH PROTOCOL §1.10: "terminate the connection if any unexpected or out-of-sequence packet is received".
    private static GateVerdict FirstKexStrict(byte number, bool fromServer) => number switch
    {
        1 or 20 or 21 => GateVerdict.Handle,
        >= 30 and <= 49 => KexMessage(number, fromServer),
        _ => GateVerdict.Fatal,
    };

    private static GateVerdict BeforeAuth(byte number, bool fromServer) => number switch
    {
        1 or 2 or 3 or 4 or 7 or 20 => GateVerdict.Handle,
        5 => From(!fromServer),
        6 => From(fromServer),
        50 or 61 => From(!fromServer),
        51 or 52 or 53 or 60 => From(fromServer),
        >= 62 and <= 79 => GateVerdict.Unimplemented,
        >= 8 and <= 19 or >= 54 and <= 59 => GateVerdict.Unimplemented,
        192 or 193 => GateVerdict.Handle,

        // NEWKEYS and KEX messages outside an exchange, and the connection protocol before log-in.
        21 or >= 22 and <= 49 => GateVerdict.Fatal,
        >= 80 and <= 127 => GateVerdict.Fatal,
        0 => GateVerdict.Fatal,
        _ => GateVerdict.Unimplemented,
    };

    private static GateVerdict Open(byte number, bool fromServer) => number switch
    {
        1 or 2 or 3 or 4 or 20 => GateVerdict.Handle,

        // A server never asks for a service (CVE-2018-10933 is the same the other way round).
        5 => fromServer ? GateVerdict.Fatal : GateVerdict.Unimplemented,

        // RFC 4252 §5.1: after success, "further authentication requests SHOULD be silently ignored".
        50 => fromServer ? GateVerdict.Fatal : GateVerdict.Ignore,
        >= 51 and <= 79 => GateVerdict.Fatal,
        80 or 81 or 82 or (>= 90 and <= 100) => GateVerdict.Handle,
        192 or 193 => GateVerdict.Handle,

        // RFC 8308 §2.4: EXT_INFO comes after the first NEWKEYS or just before USERAUTH_SUCCESS, not later.
        0 or 6 or 7 or (>= 21 and <= 49) => GateVerdict.Fatal,
        _ => GateVerdict.Unimplemented,
    };

    // The sender must keep the connection protocol back now (see below), and AsyncSSH of Debian 12 doesn't. It comes under keys
    // that are good, from a peer that has logged in: as OpenSSH, we take it.
    private static GateVerdict Rekey(byte number, bool fromServer) => number switch
    {
        80 or 81 or 82 or (>= 90 and <= 100) => GateVerdict.Handle,
        _ => RekeyBeforeAuth(number, fromServer),
    };

    // RFC 4253 §7.1: after KEXINIT a party sends only transport messages other than service ones, and KEX messages.
    private static GateVerdict RekeyBeforeAuth(byte number, bool fromServer) => number switch
    {
        1 or 2 or 3 or 4 or 20 or 21 => GateVerdict.Handle,
        >= 30 and <= 49 => KexMessage(number, fromServer),
        >= 8 and <= 19 or >= 22 and <= 29 => GateVerdict.Unimplemented,
        _ => GateVerdict.Fatal,
    };

    private static GateVerdict KexMessage(byte number, bool fromServer) => number switch
    {
        30 or 32 or 34 => From(!fromServer),
        31 or 33 => From(fromServer),
        _ => GateVerdict.Fatal,
    };

    private static GateVerdict From(bool rightSide) => rightSide ? GateVerdict.Handle : GateVerdict.Fatal;
}
