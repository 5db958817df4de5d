using SshCore.Messages;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Kex;

/// <summary>The client's side of an exchange.</summary>
internal sealed class ClientExchange : KexExchange
{
    // RFC 8270: at least 2048 bits. 3072 matches the 128-bit strength of what surrounds it.
    private const int PreferredGroupBits = 3072;

    private byte[] _value = [];
    private bool _done;

    public ClientExchange(IConnectionPort port, KexMethod method)
        : base(port, method)
    {
    }

    /// <summary>Sends the first message.</summary>
    public void Start()
    {
        if (Method.Kind == KexKind.GroupExchange)
        {
            RequestGroup();
        }
        else
        {
            SendValue(CreateShare());
        }
    }

    public override KexStep On(MessageId id, ReadOnlySpan<byte> payload)
    {
        if (_done)
        {
            return Unexpected(id);
        }

        if (Share is null)
        {
            return id == MessageId.Kex31 ? OnGroup(payload) : Unexpected(id);
        }

        return id == ReplyId ? OnReply(id, payload) : Unexpected(id);
    }

    private void RequestGroup()
    {
        var limits = Port.Settings.Limits;
        foreach (int bits in (ReadOnlySpan<int>)[limits.SmallestGroupBits, Math.Max(PreferredGroupBits, limits.SmallestGroupBits), limits.LargestGroupBits])
        {
            GroupValues.WriteUInt32((uint)bits);
        }

        Port.Begin(MessageId.Kex34).WriteBytes(GroupValues.WrittenSpan);
        Port.Send();
    }

    private KexStep OnGroup(ReadOnlySpan<byte> payload)
    {
        var limits = Port.Settings.Limits;
        var reader = new SshReader(payload);
        reader.ReadByte();
        var prime = reader.ReadMpint(limits.LargestGroupBits / 8 + 1);
        var generator = reader.ReadMpint(limits.LargestGroupBits / 8 + 1);
        if (!reader.IsComplete)
        {
            return Malformed(MessageId.Kex31);
        }

        int bits = BitLength.Of(prime);
        if (bits < limits.SmallestGroupBits || bits > limits.LargestGroupBits)
        {
            return Fail("The server's group is outside the range we asked for.", $"{limits.SmallestGroupBits} to {limits.LargestGroupBits} bits", $"{bits} bits");
        }

        if (!ModpGroups.IsGenerator(generator, prime) || !(ModpGroups.IsKnown(prime) || Port.Crypto.IsSafePrime(prime)))
        {
            return Fail("The server's group is not safe.", "a safe prime and a generator in 2..p-2");
        }

        GroupValues.WriteMpint(prime);
        GroupValues.WriteMpint(generator);
        SendValue(CreateShare(prime, generator));
        return KexStep.Waiting;
    }

    private void SendValue(KexShare share)
    {
        Share = share;
        _value = share.Begin();
        WriteValue(Port.Begin(InitId), _value);
        Port.Send();
    }

    private KexStep OnReply(MessageId id, ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        var hostKey = reader.ReadString();
        var serverValue = ReadValue(ref reader);
        var signature = reader.ReadString();
        if (!reader.IsComplete)
        {
            return Malformed(id);
        }

        if (!Share!.TryAgree(serverValue, Secret))
        {
            return Fail($"The server's value of {Method.Name} is not valid.");
        }

        HostKeyBlob = hostKey.ToArray();
        Signature = signature.ToArray();
        ComputeHash(_value, serverValue);
        _done = true;
        return KexStep.Replied;
    }
}
