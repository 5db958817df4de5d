using SshCore.Wire;

namespace SshCore.TestKit;

// The honest key exchange, in steps.
public sealed partial class PeerScript
{
    private bool _weStrict;

    /// <summary>The exchange under way or done last.</summary>
    public ScriptExchange Exchange { get; private set; }

    /// <summary>The session id; empty before the first exchange has made one.</summary>
    public byte[] SessionId { get; private set; } = [];

    /// <summary>The subject's identification without line end.</summary>
    public string SubjectVersion { get; private set; } = "";

    /// <summary>Whether both sides announced strict KEX in the first exchange.</summary>
    public bool IsStrict { get; private set; }

    /// <summary>Identification both ways.</summary>
    public PeerScript ExchangeVersions()
    {
        SubjectVersion = ExpectLine();
        SendLine(Options.Version);
        return this;
    }

    /// <summary>Our KEXINIT for this exchange; the first one carries the markers.</summary>
    public ScriptKexInit MakeKexInit()
    {
        var init = Options.KexInit;
        var cookie = new byte[16];
        Options.Random.Fill(cookie);
        string markers = "";
        if (SessionId.Length == 0)
        {
            string role = IsServer ? "s" : "c";
            markers += Options.ExtInfo ? $",ext-info-{role}" : "";
            markers += Options.StrictKex ? $",kex-strict-{role}-v00@openssh.com" : "";
        }

        return init with { Cookie = cookie, KeyExchanges = init.KeyExchanges + markers };
    }

    /// <summary>Sends our KEXINIT, which begins an exchange on our side.</summary>
    public PeerScript SendKexInit(ScriptKexInit? init = null)
    {
        SendKexInit((init ?? MakeKexInit()).Encode());
        return this;
    }

    /// <summary>Sends a KEXINIT payload as it is.</summary>
    public PeerScript SendKexInit(byte[] payload)
    {
        Begin();
        if (IsServer)
        {
            Exchange.ServerInit = payload;
        }
        else
        {
            Exchange.ClientInit = payload;
        }

        _weStrict = SessionId.Length == 0 ? Utf8.Ascii(payload).Contains("kex-strict-", StringComparison.Ordinal) : _weStrict;
        Send(payload);
        return this;
    }

    /// <summary>Expects the subject's KEXINIT.</summary>
    public ScriptKexInit ReceiveKexInit()
    {
        byte[] payload = Expect(MessageId.KexInit);
        Begin();
        if (IsServer)
        {
            Exchange.ClientInit = payload;
        }
        else
        {
            Exchange.ServerInit = payload;
        }

        var parsed = ScriptKexInit.Parse(payload);
        if (SessionId.Length == 0)
        {
            IsStrict = _weStrict && parsed.KeyExchanges.Contains("kex-strict-", StringComparison.Ordinal);
        }

        return parsed;
    }

    /// <summary>KEXINIT both ways, ours first.</summary>
    public PeerScript ExchangeKexInits(ScriptKexInit? init = null)
    {
        SendKexInit(init);
        ReceiveKexInit();
        IsStrict = SessionId.Length == 0 ? _weStrict && SubjectIsStrict : IsStrict;
        Exchange.Negotiate();
        return this;
    }

    /// <summary>The method's messages up to the server's reply, honestly.</summary>
    public PeerScript ExchangeValues()
    {
        if (IsServer)
        {
            ReceiveClientValue();
            Respond();
            SendReply();
        }
        else
        {
            SendClientValue();
            ReceiveReply();
        }

        return this;
    }

    /// <summary>As a client: makes and sends our value; in a group exchange asks for the group first.</summary>
    public PeerScript SendClientValue()
    {
        if (Exchange.Method.Kind == Security.KexKind.GroupExchange)
        {
            Send(MessageId.Kex34, w =>
            {
                foreach (uint size in Exchange.GroupSizes)
                {
                    w.WriteUInt32(size);
                }
            });
            var reader = new SshReader(Expect(MessageId.Kex31).AsSpan(1));
            Exchange.Prime = reader.ReadMpint().ToArray();
            Exchange.Generator = reader.ReadMpint().ToArray();
        }

        Exchange.MakeClientValue();
        SendClientValueMessage();
        return this;
    }

    /// <summary>As a client: sends <c>Exchange.ClientValue</c> as it stands.</summary>
    public void SendClientValueMessage() =>
        Send(Exchange.Method.Kind == Security.KexKind.GroupExchange ? MessageId.Kex32 : MessageId.Kex30, w => Exchange.WriteValue(w, Exchange.ClientValue));

    /// <summary>As a client: reads the server's reply, checks its signature and makes keys.</summary>
    public PeerScript ReceiveReply()
    {
        byte[] payload = Expect(Exchange.Method.Kind == Security.KexKind.GroupExchange ? MessageId.Kex33 : MessageId.Kex31);
        var reader = new SshReader(payload.AsSpan(1));
        Exchange.HostKey = reader.ReadString().ToArray();
        Exchange.ServerValue = Exchange.ReadValue(ref reader);
        Exchange.Signature = reader.ReadString().ToArray();
        if (!reader.IsComplete)
        {
            throw new PeerScriptException("The subject's reply is malformed.");
        }

        Exchange.AgreeAsClient();
        FinishHash();
        if (!Keys.SshPublicKey.TryParse(Exchange.HostKey, out var key, out var error)
            || !key.Verify(Options.Crypto, Exchange.HostKeyAlgorithm, Exchange.Hash, Exchange.Signature))
        {
            throw new PeerScriptException($"The subject's signature is wrong: {error}.");
        }

        return this;
    }

    /// <summary>As a server: reads the client's value; in a group exchange gives the group first.</summary>
    public PeerScript ReceiveClientValue()
    {
        var id = MessageId.Kex30;
        if (Exchange.Method.Kind == Security.KexKind.GroupExchange)
        {
            ReceiveGroupRequest();
            SendGroup();
            id = MessageId.Kex32;
        }

        var reader = new SshReader(Expect(id).AsSpan(1));
        Exchange.ClientValue = Exchange.ReadValue(ref reader);
        return reader.IsComplete ? this : throw new PeerScriptException("The subject's value is malformed.");
    }

    /// <summary>As a server of a group exchange: reads what the client asks for and takes group 14 unless one is set.</summary>
    public PeerScript ReceiveGroupRequest()
    {
        var reader = new SshReader(Expect(MessageId.Kex34).AsSpan(1));
        Exchange.GroupSizes = [reader.ReadUInt32(), reader.ReadUInt32(), reader.ReadUInt32()];
        Exchange.Prime = Kex.ModpGroups.Prime(14);
        return this;
    }

    /// <summary>As a server of a group exchange: sends the group as it stands.</summary>
    public void SendGroup() => Send(MessageId.Kex31, w =>
    {
        w.WriteMpint(Exchange.Prime);
        w.WriteMpint(Exchange.Generator);
    });

    /// <summary>As a server: makes our value, the secret, the hash and the signature, without sending them.</summary>
    public PeerScript Respond()
    {
        var key = Options.HostKey ?? throw new PeerScriptException("A script that is a server needs a host key.");
        Exchange.HostKey = key.PublicKey.Blob.ToArray();
        Exchange.RespondAsServer();
        FinishHash();
        Exchange.Signature = key.Sign(Exchange.HostKeyAlgorithm, Exchange.Hash);
        return this;
    }

    /// <summary>As a server: sends host key, value and signature as they stand.</summary>
    public PeerScript SendReply()
    {
        Send(Exchange.Method.Kind == Security.KexKind.GroupExchange ? MessageId.Kex33 : MessageId.Kex31, w =>
        {
            w.WriteString(Exchange.HostKey);
            Exchange.WriteValue(w, Exchange.ServerValue);
            w.WriteString(Exchange.Signature);
        });
        return this;
    }

    /// <summary>Sends NEWKEYS and takes the new keys into use for what we send.</summary>
    public PeerScript SendNewKeys()
    {
        Send(MessageId.NewKeys);
        UseNewOutKeys();
        return this;
    }

    /// <summary>Takes the new keys into use for what we send, and restarts the numbering under strict KEX.</summary>
    public void UseNewOutKeys()
    {
        _out.Dispose();
        _out = Exchange.Codec(toServer: !IsServer, encrypt: true, SessionId);
        OutSequence = IsStrict ? 0 : OutSequence;
    }

    /// <summary>Expects NEWKEYS, behind which the new keys are in use for what we receive.</summary>
    public PeerScript ReceiveNewKeys()
    {
        Expect(MessageId.NewKeys);
        return this;
    }

    /// <summary>Identification and the whole first exchange.</summary>
    public PeerScript Handshake() => ExchangeVersions().ExchangeKexInits().ExchangeValues().SendNewKeys().ReceiveNewKeys();

    /// <summary>A whole later exchange that we start, or whose KEXINIT from the subject is there already.</summary>
    public PeerScript Rekey() => ExchangeKexInits().ExchangeValues().SendNewKeys().ReceiveNewKeys();

    private void UseNewInKeys()
    {
        _in.Dispose();
        _in = Exchange.Codec(toServer: IsServer, encrypt: false, SessionId);
        InSequence = IsStrict ? 0 : InSequence;
    }

    private bool SubjectIsStrict =>
        ScriptKexInit.Parse(IsServer ? Exchange.ClientInit : Exchange.ServerInit).KeyExchanges.Contains("kex-strict-", StringComparison.Ordinal);

    private void Begin()
    {
        bool fresh = Exchange.ClientInit.Length == 0 || Exchange.ServerInit.Length == 0;
        Exchange = fresh ? Exchange : new ScriptExchange(Options.Crypto, Options.Random);
    }

    private void FinishHash()
    {
        Exchange.Hash = Exchange.ComputeHash(IsServer ? SubjectVersion : Options.Version, IsServer ? Options.Version : SubjectVersion);
        SessionId = SessionId.Length == 0 ? Exchange.Hash : SessionId;
    }
}
