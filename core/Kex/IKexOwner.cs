using SshCore.Security;

namespace SshCore.Kex;

/// <summary>What the key exchange asks of its connection beyond the port: identifications, raw payloads, new keys.</summary>
internal interface IKexOwner
{
    string ClientIdentification { get; }

    string ServerIdentification { get; }

    /// <summary>Packets received so far, before the present one.</summary>
    uint ReceivedBefore { get; }

    /// <summary>Sends a payload at once, whatever waits.</summary>
    void SendNow(ReadOnlySpan<byte> payload);

    void ChangeOutgoing(PacketProtection protection, bool resetSequence);

    void ChangeIncoming(PacketProtection protection, bool resetSequence);

    void SetSessionId(byte[] exchangeHash);

    /// <summary>Our KEXINIT went out.</summary>
    void OnExchangeStarted(bool byPeer);

    /// <summary>Our NEWKEYS went out: what waited may follow.</summary>
    void OnOutgoingKeysChanged(bool isFirst);

    /// <summary>Both directions have new keys.</summary>
    void OnExchangeDone(bool isFirst);
}
