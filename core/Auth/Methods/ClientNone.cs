namespace SshCore.Auth.Methods;

/// <summary>Method <c>none</c> (RFC 4252 §5.2).</summary>
internal sealed class ClientNone : ClientMethod
{
    public ClientNone(ClientAuth login)
        : base(login)
    {
    }

    public override string Name => AuthMethods.None;

    public void Start()
    {
        Login.BeginRequest(Name);
        Login.Port.Send();
    }
}
