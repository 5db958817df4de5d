using SshCore.Events;

namespace SshCore.Auth;

/// <summary>How far a client's log-in as one user has come.</summary>
internal sealed class LoginProgress
{
    /// <summary>What the server said last can continue; null before it has.</summary>
    public IReadOnlyList<string>? Allowed { get; set; }

    /// <summary>Factors that were accepted, in order.</summary>
    public List<AuthFactor> Succeeded { get; } = [];

    /// <summary>Methods that were chosen, in order, without repeats.</summary>
    public List<string> Tried { get; } = [];

    /// <summary>Another log-in as the same user: what was accepted stays, what was tried is forgotten.</summary>
    public LoginProgress Again()
    {
        var again = new LoginProgress { Allowed = Allowed };
        again.Succeeded.AddRange(Succeeded);
        return again;
    }

    public string[] SucceededMethods()
    {
        var methods = new string[Succeeded.Count];
        for (int i = 0; i < methods.Length; i++)
        {
            methods[i] = Succeeded[i].Method;
        }

        return methods;
    }
}
