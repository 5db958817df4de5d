#region sample
using SshCore.Channels;
using SshCore.Events;
using SshCore.Interop;
using SshCore.Keys;

#endregion
namespace SshCore.Tests.Readme.Samples;

internal static class CustomHostSample
{
    public static void Run(Stream stream, Func<SshPublicKey, bool> trust, Stream output)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        #region sample
        using var ssh = new SshClientConnection(new SshClientSettings(DefaultCrypto.Provider));
        ssh.Authenticate("joe");
        while (!ssh.IsFinished)
        {
            ssh.Tick(new SshInstant(clock.Elapsed));
            while (ssh.TryPollEvent(out var e))
            {
                switch (e.Body)
                {
                    case HostKeyOffered key when trust(key.Key): key.Accept(); break;
                    case AuthMethodNeeded { Failed: null } method: method.TryPassword("secret"u8); break;
                    case Authenticated: ssh.OpenChannel(ChannelOpen.Session()); break;
                    case ChannelOpened: ssh.Channel(e.Channel).Request(new ExecRequest("uname -a")); break;
                    case SshDecision question: question.Deny(); break;
                }

                if (e.Kind == SshEventKind.ChannelData) output.Write(ssh.BorrowData(e).Span);
                if (e.Kind is SshEventKind.ChannelClosed or SshEventKind.AuthFailed) ssh.Disconnect();
            }

            for (; ssh.HasOutput; ssh.AdvanceOutput(ssh.PeekOutput().Length)) stream.Write(ssh.PeekOutput().Span);
            if (ssh.WantsInput && !(ssh.NextTimeout <= new SshInstant(clock.Elapsed)))
            {
                int count = stream.Read(ssh.GetReceiveBuffer().Span); // a real host also wakes for NextTimeout
                ssh.CommitReceived(count);
                if (count == 0) ssh.ReceiveEnd();
            }
        }
        #endregion
    }
}
