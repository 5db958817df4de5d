using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>A value, or the status that says why there is none. Failures of a peer's request are values: no exception is made for them.</summary>
/// <typeparam name="T">The value.</typeparam>
public readonly struct SftpResult<T>
{
    private readonly T? _value;

    /// <summary>A success.</summary>
    public SftpResult(T value) => _value = value;

    /// <summary>A failure.</summary>
    /// <exception cref="ArgumentException">The status is <see cref="SftpStatusCode.Ok"/>: that needs a value.</exception>
    public SftpResult(SftpStatus status)
    {
        Status = status.IsOk ? throw new ArgumentException("A success needs a value.", nameof(status)) : status;
        _value = default;
    }

    /// <summary>How it ended.</summary>
    public SftpStatus Status { get; }

    /// <summary>True if there is a value.</summary>
    public bool IsOk => Status.IsOk;

    /// <summary>The value.</summary>
    /// <exception cref="InvalidOperationException">There is none; <see cref="Status"/> says why.</exception>
    public T Value => Status.IsOk ? _value! : throw new InvalidOperationException($"There is no value: {Status}");

    /// <summary>A success.</summary>
    public static implicit operator SftpResult<T>(T value) => new(value);

    /// <summary>A failure.</summary>
    public static implicit operator SftpResult<T>(SftpStatus status) => new(status);

    /// <summary>A failure.</summary>
    public static implicit operator SftpResult<T>(SftpStatusCode code) => new(new SftpStatus(code));
}
