namespace SshCore.Hosts;

/// <summary>What one log-in knows about one of its credentials.</summary>
internal sealed class LoginState
{
    public LoginState(SshCredential credential, string userName)
    {
        Credential = credential;
        UserName = userName;
    }

    public SshCredential Credential { get; }

    public string UserName { get; }

    /// <summary>Attempts made with it.</summary>
    public int Attempts { get; set; }

    /// <summary>It has nothing more to try.</summary>
    public bool IsSpent { get; set; }

    /// <summary>What the credential made for the attempt, disposed with the log-in.</summary>
    public IDisposable? Owned { get; set; }

    /// <summary>The password's keyboard-interactive form was tried.</summary>
    public bool TriedInteractive { get; set; }

    /// <summary>The password was given to a question already.</summary>
    public bool AnsweredInteractive { get; set; }
}
