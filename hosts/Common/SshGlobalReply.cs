namespace SshCore.Hosts;

/// <summary>The answer to a global request (RFC 4254 §4).</summary>
/// <param name="Success">REQUEST_SUCCESS or REQUEST_FAILURE.</param>
/// <param name="Data">Data of the reply.</param>
public readonly record struct SshGlobalReply(bool Success, ReadOnlyMemory<byte> Data);
