using SshCore.Messages;
using SshCore.Security;
using SshCore.Wire;

namespace SshCore.Kex;

/// <summary>The server's side of an exchange.</summary>
internal sealed class ServerExchange : KexExchange
{
    private byte[] _value = [];
    private bool _asked;
    private bool _answered;

    public ServerExchange(IConnectionPort port, KexMethod method, byte[] hostKeyBlob)
        : base(port, method) => HostKeyBlob = hostKeyBlob;

    /// <summary>The client's range in bits, bounded by our limits.</summary>
    public int Minimum { get; private set; }

    /// <summary>The size the client wants.</summary>
    public int Preferred { get; private set; }

    /// <summary>The largest size.</summary>
    public int Maximum { get; private set; }

    public override KexStep On(MessageId id, ReadOnlySpan<byte> payload)
    {
        if (_answered)
        {
            return Unexpected(id);
        }

        if (Method.Kind == KexKind.GroupExchange && Share is null)
        {
            return id == MessageId.Kex34 && !_asked ? OnGroupRequest(payload) : Unexpected(id);
        }

        return id == InitId ? OnValue(id, payload) : Unexpected(id);
    }

    /// <summary>Continues after <see cref="KexStep.GroupNeeded"/>.</summary>
    public void SendGroup(ReadOnlySpan<byte> prime, ReadOnlySpan<byte> generator)
    {
        GroupValues.WriteMpint(prime);
        GroupValues.WriteMpint(generator);
        Share = CreateShare(prime, generator);
        var writer = Port.Begin(MessageId.Kex31);
        writer.WriteMpint(prime);
        writer.WriteMpint(generator);
        Port.Send();
    }

    /// <summary>Continues after <see cref="KexStep.SignatureNeeded"/>.</summary>
    public void SendReply(ReadOnlySpan<byte> signature)
    {
        var writer = Port.Begin(ReplyId);
        writer.WriteString(HostKeyBlob);
        WriteValue(writer, _value);
        writer.WriteString(signature);
        Port.Send();
    }

    private KexStep OnGroupRequest(ReadOnlySpan<byte> payload)
    {
        var reader = new SshReader(payload);
        reader.ReadByte();
        uint minimum = reader.ReadUInt32();
        uint preferred = reader.ReadUInt32();
        uint maximum = reader.ReadUInt32();
        if (!reader.IsComplete)
        {
            return Malformed(MessageId.Kex34);
        }

        var limits = Port.Settings.Limits;
        if (minimum > preferred || preferred > maximum || maximum < (uint)limits.SmallestGroupBits || minimum > (uint)limits.LargestGroupBits)
        {
            return Fail("The client asks for groups that we do not have.", $"a range within {limits.SmallestGroupBits} to {limits.LargestGroupBits} bits", $"{minimum} to {maximum}, {preferred} wanted");
        }

        _asked = true;
        GroupValues.WriteUInt32(minimum);
        GroupValues.WriteUInt32(preferred);
        GroupValues.WriteUInt32(maximum);
        Minimum = (int)Math.Max(minimum, (uint)limits.SmallestGroupBits);
        Maximum = (int)Math.Min(maximum, (uint)limits.LargestGroupBits);
        Preferred = Math.Min(Math.Max((int)Math.Min(preferred, int.MaxValue), Minimum), Maximum);
        return KexStep.GroupNeeded;
    }

    private KexStep OnValue(MessageId id, ReadOnlySpan<byte> payload)
    {
        Share ??= CreateShare();
        var reader = new SshReader(payload);
        reader.ReadByte();
        var clientValue = ReadValue(ref reader);
        if (!reader.IsComplete)
        {
            return Malformed(id);
        }

        if (!Share.TryRespond(clientValue, out _value, Secret))
        {
            return Fail($"The client's value of {Method.Name} is not valid.");
        }

        ComputeHash(clientValue, _value);
        _answered = true;
        return KexStep.SignatureNeeded;
    }
}
