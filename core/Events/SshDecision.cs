using SshCore.Errors;

namespace SshCore.Events;

/// <summary>
/// A question to the host. It is answered once, now or later, by a method of the derived type; a second answer is a
/// <see cref="SshUsageException"/>. Only its own scope waits for it. When <see cref="Deadline"/> passes it is denied.
/// An answer after the connection has ended, or after the deadline has denied it, has no effect.
/// </summary>
public abstract class SshDecision : SshEventBody
{
    private bool _lapsed;

    private protected SshDecision()
    {
    }

    /// <summary>True once it was answered, denied or has lapsed.</summary>
    public bool IsAnswered { get; private set; }

    /// <summary>When the core denies it by itself; null if it waits as long as its scope.</summary>
    public SshInstant? Deadline { get; internal set; }

    /// <summary>Refuses.</summary>
    public abstract void Deny();

    /// <summary>Takes the one answer. False if it comes too late to matter.</summary>
    private protected bool TryAnswer()
    {
        if (_lapsed)
        {
            return false;
        }

        if (IsAnswered)
        {
            throw new SshUsageException($"{GetType().Name} was answered already.");
        }

        IsAnswered = true;
        return true;
    }

    /// <summary>Denies because the deadline passed; a later answer of the host has no effect.</summary>
    internal void Expire()
    {
        if (!IsAnswered)
        {
            Deny();
            _lapsed = true;
        }
    }

    /// <summary>Makes every later answer a no-op: the scope is gone.</summary>
    internal void Lapse()
    {
        if (!IsAnswered)
        {
            IsAnswered = true;
            _lapsed = true;
        }
    }
}
