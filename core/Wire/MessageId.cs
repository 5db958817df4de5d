namespace SshCore.Wire;

/// <summary>Message numbers (RFC 4250 §4.1.2, RFC 8308, RFC 4419, OpenSSH PROTOCOL §1.8).</summary>
public enum MessageId : byte
{
    /// <summary>SSH_MSG_DISCONNECT, RFC 4253 §11.1.</summary>
    Disconnect = 1,
    /// <summary>SSH_MSG_IGNORE, RFC 4253 §11.2.</summary>
    Ignore = 2,
    /// <summary>SSH_MSG_UNIMPLEMENTED, RFC 4253 §11.4.</summary>
    Unimplemented = 3,
    /// <summary>SSH_MSG_DEBUG, RFC 4253 §11.3.</summary>
    Debug = 4,
    /// <summary>SSH_MSG_SERVICE_REQUEST, RFC 4253 §10.</summary>
    ServiceRequest = 5,
    /// <summary>SSH_MSG_SERVICE_ACCEPT, RFC 4253 §10.</summary>
    ServiceAccept = 6,
    /// <summary>SSH_MSG_EXT_INFO, RFC 8308 §2.3.</summary>
    ExtInfo = 7,
    /// <summary>SSH_MSG_NEWCOMPRESS, RFC 8308 §3.2.</summary>
    NewCompress = 8,
    /// <summary>SSH_MSG_KEXINIT, RFC 4253 §7.1.</summary>
    KexInit = 20,
    /// <summary>SSH_MSG_NEWKEYS, RFC 4253 §7.3.</summary>
    NewKeys = 21,
    /// <summary>SSH_MSG_KEXDH_INIT, SSH_MSG_KEX_ECDH_INIT, SSH_MSG_KEX_DH_GEX_REQUEST_OLD.</summary>
    Kex30 = 30,
    /// <summary>SSH_MSG_KEXDH_REPLY, SSH_MSG_KEX_ECDH_REPLY, SSH_MSG_KEX_DH_GEX_GROUP.</summary>
    Kex31 = 31,
    /// <summary>SSH_MSG_KEX_DH_GEX_INIT, RFC 4419 §5.</summary>
    Kex32 = 32,
    /// <summary>SSH_MSG_KEX_DH_GEX_REPLY, RFC 4419 §5.</summary>
    Kex33 = 33,
    /// <summary>SSH_MSG_KEX_DH_GEX_REQUEST, RFC 4419 §5.</summary>
    Kex34 = 34,
    /// <summary>SSH_MSG_USERAUTH_REQUEST, RFC 4252 §5.</summary>
    UserAuthRequest = 50,
    /// <summary>SSH_MSG_USERAUTH_FAILURE, RFC 4252 §5.1.</summary>
    UserAuthFailure = 51,
    /// <summary>SSH_MSG_USERAUTH_SUCCESS, RFC 4252 §5.1.</summary>
    UserAuthSuccess = 52,
    /// <summary>SSH_MSG_USERAUTH_BANNER, RFC 4252 §5.4.</summary>
    UserAuthBanner = 53,
    /// <summary>SSH_MSG_USERAUTH_PK_OK, _PASSWD_CHANGEREQ or _INFO_REQUEST.</summary>
    UserAuth60 = 60,
    /// <summary>SSH_MSG_USERAUTH_INFO_RESPONSE, RFC 4256 §3.4.</summary>
    UserAuth61 = 61,
    /// <summary>SSH_MSG_GLOBAL_REQUEST, RFC 4254 §4.</summary>
    GlobalRequest = 80,
    /// <summary>SSH_MSG_REQUEST_SUCCESS, RFC 4254 §4.</summary>
    RequestSuccess = 81,
    /// <summary>SSH_MSG_REQUEST_FAILURE, RFC 4254 §4.</summary>
    RequestFailure = 82,
    /// <summary>SSH_MSG_CHANNEL_OPEN, RFC 4254 §5.1.</summary>
    ChannelOpen = 90,
    /// <summary>SSH_MSG_CHANNEL_OPEN_CONFIRMATION, RFC 4254 §5.1.</summary>
    ChannelOpenConfirmation = 91,
    /// <summary>SSH_MSG_CHANNEL_OPEN_FAILURE, RFC 4254 §5.1.</summary>
    ChannelOpenFailure = 92,
    /// <summary>SSH_MSG_CHANNEL_WINDOW_ADJUST, RFC 4254 §5.2.</summary>
    ChannelWindowAdjust = 93,
    /// <summary>SSH_MSG_CHANNEL_DATA, RFC 4254 §5.2.</summary>
    ChannelData = 94,
    /// <summary>SSH_MSG_CHANNEL_EXTENDED_DATA, RFC 4254 §5.2.</summary>
    ChannelExtendedData = 95,
    /// <summary>SSH_MSG_CHANNEL_EOF, RFC 4254 §5.3.</summary>
    ChannelEof = 96,
    /// <summary>SSH_MSG_CHANNEL_CLOSE, RFC 4254 §5.3.</summary>
    ChannelClose = 97,
    /// <summary>SSH_MSG_CHANNEL_REQUEST, RFC 4254 §5.4.</summary>
    ChannelRequest = 98,
    /// <summary>SSH_MSG_CHANNEL_SUCCESS, RFC 4254 §5.4.</summary>
    ChannelSuccess = 99,
    /// <summary>SSH_MSG_CHANNEL_FAILURE, RFC 4254 §5.4.</summary>
    ChannelFailure = 100,
    /// <summary>SSH2_MSG_PING, OpenSSH PROTOCOL §1.8.</summary>
    Ping = 192,
    /// <summary>SSH2_MSG_PONG, OpenSSH PROTOCOL §1.8.</summary>
    Pong = 193,
}
