using SshCore.Wire;

namespace SshCore;

// What differs between the roles: the authentication machine.
public abstract partial class SshConnection
{
    private bool _authSeen;

    private protected abstract bool AuthSucceeded { get; }

    private protected abstract SshInstant? AuthNextTimeout { get; }

    private protected abstract void OnAuthMessage(MessageId id, ReadOnlySpan<byte> payload);

    private protected abstract void OnServerSigAlgs(IReadOnlyList<string> names);

    /// <summary>Our first NEWKEYS is in the output: a client's service request may leave with it.</summary>
    private protected abstract void OnFirstKeys();

    private protected abstract void OnClockStarted(SshInstant now);

    private protected abstract void AuthTick(SshInstant now);

    private protected abstract void AuthLapse();

    /// <summary>Lifts what holds only before log-in. A decision may have been answered between two packets.</summary>
    private void OnAuthProgress()
    {
        if (!_authSeen && AuthSucceeded)
        {
            _authSeen = true;
            _reader.LargestLength = _settings.Limits.PacketLength;
        }
    }
}
