using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// One of many files that are moved at once; see <see cref="SftpFileDownload"/> and <see cref="SftpFileUpload"/>. Its owner says
/// what happens on this side. All calls come one after the other, on the thread of the caller who has the files moved.
/// </summary>
public abstract class SftpFileTransfer
{
    private protected SftpFileTransfer(SftpPath remotePath) => RemotePath = remotePath;

    /// <summary>The file on the server.</summary>
    public SftpPath RemotePath { get; }

    /// <summary>It has come further.</summary>
    /// <param name="bytes">Bytes moved until now, those before the first offset not counted: given to this side, or confirmed by the server.</param>
    protected internal virtual void OnProgress(long bytes)
    {
    }

    /// <summary>
    /// It has ended. Called once for each file that was taken from the sequence, in any order, and for those too that are given up
    /// because all of it ends. An exception thrown here ends all.
    /// </summary>
    protected internal abstract void OnEnded(SftpFileEnd end);
}

/// <summary>
/// A file from the server. What <see cref="Write"/> throws ends this file alone, and is its failure; an
/// <see cref="OperationCanceledException"/> ends all.
/// </summary>
public abstract class SftpFileDownload : SftpFileTransfer
{
    /// <summary>A file to read.</summary>
    /// <param name="remotePath">The file.</param>
    /// <param name="options">How; null for the defaults. <see cref="SftpDownloadOptions.InOrder"/> for a target that can't be written anywhere.</param>
#pragma warning disable RS0022 // To be derived from is what it is for; the base has these two alone.
    protected SftpFileDownload(SftpPath remotePath, SftpDownloadOptions? options = null)
        : base(remotePath) => Options = options ?? SftpDownloadOptions.Default;
#pragma warning restore RS0022

    /// <summary>How it is read.</summary>
    public SftpDownloadOptions Options { get; }

    /// <summary>
    /// Data has come. The server has opened its file by then, so that a missing one needs not cost what is here; for an empty one
    /// there is no call.
    /// </summary>
    /// <param name="offset">Where it belongs in the file, in bytes; in any order unless that was asked for.</param>
    /// <param name="data">Valid during the call.</param>
    protected internal abstract void Write(long offset, ReadOnlyMemory<byte> data);
}

/// <summary>
/// A file to the server. What <see cref="Read"/> throws ends this file alone, and is its failure; an
/// <see cref="OperationCanceledException"/> ends all.
/// </summary>
public abstract class SftpFileUpload : SftpFileTransfer
{
    /// <summary>A file to write.</summary>
    /// <param name="remotePath">The file.</param>
    /// <param name="options">How; null for the defaults.</param>
#pragma warning disable RS0022 // To be derived from is what it is for; the base has these two alone.
    protected SftpFileUpload(SftpPath remotePath, SftpUploadOptions? options = null)
        : base(remotePath) => Options = options ?? SftpUploadOptions.Default;
#pragma warning restore RS0022

    /// <summary>How it is written.</summary>
    public SftpUploadOptions Options { get; }

    /// <summary>Gives the next data. The first may be asked for before the server has opened its file.</summary>
    /// <param name="offset">Where it belongs in the file, in bytes: right behind what was given before.</param>
    /// <param name="buffer">Takes it.</param>
    /// <returns>Bytes given; 0 at the end of the file.</returns>
    protected internal abstract int Read(long offset, Memory<byte> buffer);
}

/// <summary>How one of many files has ended.</summary>
/// <param name="Failure">Why it failed: of the server's, an <see cref="SftpException"/>; else what this side has thrown. Null if it did not fail.</param>
/// <param name="Refused">The request that the server refused; None if it was none.</param>
/// <param name="Length">Where the file ends, as far as that is known: the offset behind the last byte that was moved.</param>
/// <param name="Whole">All bytes before this offset were moved: what lies behind a hole is of no use to whoever resumes.</param>
public sealed record SftpFileEnd(Exception? Failure, SftpRequestKind Refused, long Length, long Whole);
