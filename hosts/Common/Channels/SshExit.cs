using SshCore.Events;

namespace SshCore.Hosts;

/// <summary>How a remote command ended (RFC 4254 §6.10): with a status or by a signal.</summary>
public sealed class SshExit
{
    /// <summary>Ended with a status.</summary>
    public SshExit(uint status) => Status = status;

    /// <summary>Ended by a signal, named without SIG.</summary>
    public SshExit(string signal, bool coreDumped = false, string message = "", string language = "")
    {
        Signal = signal;
        CoreDumped = coreDumped;
        Message = message;
        Language = language;
    }

    /// <summary>The status; null if a signal ended it.</summary>
    public uint? Status { get; }

    /// <summary>The signal's name without SIG; null if it ended with a status.</summary>
    public string? Signal { get; }

    /// <summary>Whether a core was dumped.</summary>
    public bool CoreDumped { get; }

    /// <summary>The peer's text about the signal, made printable.</summary>
    public string Message { get; } = "";

    /// <summary>RFC 3066 language tag of the text.</summary>
    public string Language { get; } = "";

    /// <summary>True for status 0.</summary>
    public bool IsSuccess => Status == 0;

    /// <summary>"status N" or "signal NAME".</summary>
    public override string ToString() => Signal is null ? $"status {Status}" : $"signal {Signal}";

    internal static SshExit From(ExitSignal signal) => new(signal.Name, signal.CoreDumped, signal.Message, signal.Language);
}

/// <summary>What a command that has ended left behind.</summary>
public sealed class SshCommandResult
{
    internal SshCommandResult(SshExit exit, ReadOnlyMemory<byte> output, ReadOnlyMemory<byte> errorOutput)
    {
        Exit = exit;
        Output = output;
        ErrorOutput = errorOutput;
    }

    /// <summary>How it ended.</summary>
    public SshExit Exit { get; }

    /// <summary>The status; null if a signal ended it.</summary>
    public uint? ExitStatus => Exit.Status;

    /// <summary>True for status 0.</summary>
    public bool IsSuccess => Exit.IsSuccess;

    /// <summary>All of standard output.</summary>
    public ReadOnlyMemory<byte> Output { get; }

    /// <summary>All of standard error.</summary>
    public ReadOnlyMemory<byte> ErrorOutput { get; }

    /// <summary>Standard output as UTF-8.</summary>
    public string OutputText => Text.Of(Output);

    /// <summary>Standard error as UTF-8.</summary>
    public string ErrorText => Text.Of(ErrorOutput);
}
