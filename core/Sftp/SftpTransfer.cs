namespace SshCore.Sftp;

/// <summary>
/// A transfer of one file over a client machine. What it needs of its host comes out of
/// <see cref="SftpClientMachine.TryPoll"/> as replies of the kinds TransferData, TransferRoom and, always and last,
/// TransferEnded. Its requests and their replies are its own.
/// </summary>
public abstract class SftpTransfer
{
    private protected SftpTransfer(SftpClientMachine machine, object? state)
    {
        Machine = machine;
        State = state;
    }

    /// <summary>The machine that it runs on.</summary>
    public SftpClientMachine Machine { get; }

    /// <summary>What the host gave when it started; each reply has it too.</summary>
    public object? State { get; }

    /// <summary>The open file; null before it is open.</summary>
    public SftpHandle? Handle { get; private protected set; }

    /// <summary>Bytes given to the host, or confirmed by the server.</summary>
    public ulong BytesDone { get; private protected set; }

    /// <summary>Bytes that were asked for or written and are not answered.</summary>
    public long BytesInFlight { get; private protected set; }

    /// <summary>True once it is done, was cancelled or failed; TransferEnded may still be unpolled.</summary>
    public bool IsEnded { get; private protected set; }

    /// <summary>True after <see cref="Cancel"/>.</summary>
    public bool IsCancelled { get; private set; }

    /// <summary>What went wrong; null while nothing did. For writes the one with the lowest offset.</summary>
    public SftpTransferFailure? Failure { get; private protected set; }

    /// <summary>
    /// Gives it up: TransferEnded follows at once, answers that still come are swallowed, and a file that the transfer opened is
    /// closed. Does nothing after the end.
    /// </summary>
    public void Cancel()
    {
        if (!IsEnded)
        {
            IsCancelled = true;
            CloseAndEnd();
        }
    }

    /// <summary>Queued in the machine's list of those that have something to say.</summary>
    internal bool IsListed { get; set; }

    private protected bool OwnsHandle { get; set; }

    private protected bool EndPending { get; set; }

    /// <summary>A reply to a request of its own. True: <paramref name="forHost"/> goes to the host.</summary>
    internal abstract bool OnReply(in SftpReply reply, in SftpPending request, ReadOnlyMemory<byte> data, out SftpReply forHost);

    /// <summary>The next thing to say that is no direct answer.</summary>
    internal abstract bool TryNext(out SftpReply reply, out ReadOnlyMemory<byte> data);

    /// <summary>The session is over.</summary>
    internal void OnSessionEnded(Errors.SshError error)
    {
        if (!IsEnded)
        {
            Failure ??= new SftpTransferFailure(SftpRequestKind.None, SftpStatusCode.ConnectionLost, error.ToString(), 0);
            End();
        }
    }

    /// <summary>Closes the file if it is the transfer's own, without waiting for the answer, and ends.</summary>
    private protected void CloseAndEnd()
    {
        if (Handle is { } handle && OwnsHandle && Machine.Error is null)
        {
            Machine.CloseOwn(handle);
            OwnsHandle = false;
        }

        End();
    }

    private protected void End()
    {
        IsEnded = true;
        EndPending = true;
        OnEnding();
        Machine.Forget(this);
        Machine.List(this);
    }

    private protected virtual void OnEnding()
    {
    }

    private protected bool TryTakeEnd(out SftpReply reply)
    {
        reply = default;
        if (!EndPending)
        {
            return false;
        }

        EndPending = false;
        reply = Say(SftpReplyKind.TransferEnded, 0, 0);
        return true;
    }

    private protected SftpReply Say(SftpReplyKind kind, ulong offset, int length) => new(kind, new SftpPending { State = State, Offset = offset }, this, length);

    /// <summary>The answer to OPEN. False: the file could not be opened, or is not wanted any more.</summary>
    private protected bool TakeOpened(in SftpReply reply)
    {
        if (reply.Handle is { } handle)
        {
            if (IsEnded)
            {
                Machine.CloseOwn(handle);
                return false;
            }

            Handle = handle;
            return true;
        }

        if (!IsEnded)
        {
            Failure = new SftpTransferFailure(SftpRequestKind.Open, reply.Code, reply.Message, 0);
            End();
        }

        return false;
    }
}

/// <summary>Why a transfer failed.</summary>
/// <param name="Request">The request that was refused; None if the session ended.</param>
/// <param name="Code">The server's status.</param>
/// <param name="Message">The server's words.</param>
/// <param name="Offset">Where in the file, for READ and WRITE.</param>
public sealed record SftpTransferFailure(SftpRequestKind Request, SftpStatusCode Code, string Message, ulong Offset);
