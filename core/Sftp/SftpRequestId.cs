namespace SshCore.Sftp;

/// <summary>Names one request of a client until its reply was polled.</summary>
/// <param name="Number">The request-id of the wire; used again once all others were.</param>
public readonly record struct SftpRequestId(uint Number);
