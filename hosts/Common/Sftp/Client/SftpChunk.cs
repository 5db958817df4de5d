using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A piece of a file on its way into memory: whatever the server gives short is asked for again, until it is full or the
/// file ends. Guarded by the gate.
/// </summary>
internal sealed class SftpChunk : SftpReceiver
{
    private readonly SftpHandle _handle;
    private readonly string _path;
    private readonly Action<SftpChunk> _onDone;

    public SftpChunk(SftpHandle handle, SftpPath path, long offset, Memory<byte> target, Action<SftpChunk> onDone)
    {
        _handle = handle;
        _path = path.ToString();
        Offset = offset;
        Target = target;
        _onDone = onDone;
    }

    /// <summary>Where it stands in the file.</summary>
    public long Offset { get; }

    /// <summary>Where its bytes go.</summary>
    public Memory<byte> Target { get; private set; }

    /// <summary>What the target is part of; for its owner.</summary>
    public byte[]? Array { get; set; }

    /// <summary>Bytes that have come.</summary>
    public int Filled { get; private set; }

    /// <summary>Full, at the end of the file, or failed.</summary>
    public bool IsDone { get; private set; }

    /// <summary>The file ended inside.</summary>
    public bool IsAtEnd { get; private set; }

    /// <summary>Why it failed; null if it did not.</summary>
    public Func<Exception>? Error { get; private set; }

    /// <summary>Nobody wants it any more: what still comes is not kept.</summary>
    public bool IsDropped { get; set; }

    /// <summary>Asks for its first bytes; with none to ask for it is done.</summary>
    public void StartLocked(SftpSession session)
    {
        if (Target.IsEmpty)
        {
            Finish();
        }
        else
        {
            AskLocked(session);
        }
    }

    private void AskLocked(SftpSession session)
    {
        var machine = session.Machine;
        int length = Math.Min(Target.Length - Filled, machine.ReadLength);
        machine.Read(_handle, (ulong)(Offset + Filled), length, this);
    }

    public override void OnReplyLocked(SftpSession session, in SftpReply reply)
    {
        if (IsDropped)
        {
            Finish();
            return;
        }

        if (reply.Kind == SftpReplyKind.Data)
        {
            var data = session.Machine.BorrowData(reply).Span;
            data.CopyTo(Target.Span.Slice(Filled));
            Filled += data.Length;
            if (data.IsEmpty)
            {
                // A server that answers with nothing would be asked for ever.
                Error = () => SftpException.Found("The server answered a read with no data.", "read", _path, SftpStatusCode.BadMessage);
                Finish();
            }
            else if (Filled == Target.Length)
            {
                Finish();
            }
            else if (session.Machine.Error is null)
            {
                AskLocked(session);
            }
            else
            {
                Error = session.MakeEndException;
                Finish();
            }

            return;
        }

        if (reply.Kind == SftpReplyKind.Abandoned)
        {
            Error = session.MakeEndException;
        }
        else if (reply.Code == SftpStatusCode.EndOfFile)
        {
            IsAtEnd = true;
        }
        else
        {
            var error = reply;
            long at = Offset + Filled;
            Error = () => SftpException.Refused(error, "read", _path, at);
        }

        Finish();
    }

    private void Finish()
    {
        IsDone = true;
        _onDone(this);
    }
}
