using SshCore.Wire;

namespace SshCore.Channels;

/// <summary>Size of a terminal in characters and pixels; 0 means unknown (RFC 4254 §6.2).</summary>
/// <param name="Columns">Width in characters.</param>
/// <param name="Rows">Height in characters.</param>
/// <param name="PixelWidth">Width in pixels.</param>
/// <param name="PixelHeight">Height in pixels.</param>
public readonly record struct PtySize(uint Columns, uint Rows, uint PixelWidth = 0, uint PixelHeight = 0)
{
    internal void Write(SshWriter writer)
    {
        writer.WriteUInt32(Columns);
        writer.WriteUInt32(Rows);
        writer.WriteUInt32(PixelWidth);
        writer.WriteUInt32(PixelHeight);
    }
}

/// <summary><c>pty-req</c> (RFC 4254 §6.2).</summary>
public sealed class PtyRequest : ChannelRequest
{
    /// <summary>Asks for a terminal; Paramiko's defaults are vt100, 80×24 and no modes.</summary>
    public PtyRequest(string terminal = "vt100", PtySize? size = null, TerminalModes? modes = null)
    {
        Terminal = terminal;
        Size = size ?? new PtySize(80, 24);
        Modes = modes ?? TerminalModes.Empty;
    }

    /// <inheritdoc/>
    public override string Type => "pty-req";

    /// <summary>Value of TERM.</summary>
    public string Terminal { get; }

    /// <summary>Size at the start.</summary>
    public PtySize Size { get; }

    /// <summary>Terminal modes.</summary>
    public TerminalModes Modes { get; }

    internal override void WriteData(SshWriter writer)
    {
        writer.WriteString(Terminal);
        Size.Write(writer);
        writer.WriteString(Modes.Encode());
    }
}

/// <summary><c>env</c> (RFC 4254 §6.4).</summary>
public sealed class EnvRequest : ChannelRequest
{
    /// <summary>Asks to set one variable.</summary>
    public EnvRequest(string name, string value)
    {
        Name = name;
        Value = value;
    }

    /// <inheritdoc/>
    public override string Type => "env";

    /// <summary>Variable name.</summary>
    public string Name { get; }

    /// <summary>Variable value.</summary>
    public string Value { get; }

    internal override void WriteData(SshWriter writer)
    {
        writer.WriteString(Name);
        writer.WriteString(Value);
    }
}

/// <summary><c>shell</c> (RFC 4254 §6.5).</summary>
public sealed class ShellRequest : ChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "shell";

    internal override void WriteData(SshWriter writer)
    {
    }
}

/// <summary><c>exec</c> (RFC 4254 §6.5). A command is bytes; text is UTF-8.</summary>
public sealed class ExecRequest : ChannelRequest
{
    /// <summary>Runs a command given as text.</summary>
    public ExecRequest(string command)
        : this((ReadOnlyMemory<byte>)Utf8.Bytes(command))
    {
    }

    /// <summary>Runs a command given as bytes.</summary>
    public ExecRequest(ReadOnlyMemory<byte> command) => CommandBytes = command;

    /// <inheritdoc/>
    public override string Type => "exec";

    /// <summary>The command as sent.</summary>
    public ReadOnlyMemory<byte> CommandBytes { get; }

    /// <summary>The command as text; bytes that are not UTF-8 become U+FFFD.</summary>
    public string Command => Utf8.Decode(CommandBytes.Span);

    internal override void WriteData(SshWriter writer) => writer.WriteString(CommandBytes.Span);
}

/// <summary><c>subsystem</c> (RFC 4254 §6.5).</summary>
public sealed class SubsystemRequest : ChannelRequest
{
    /// <summary>Starts the subsystem <paramref name="name"/>, for example <c>sftp</c>.</summary>
    public SubsystemRequest(string name) => Name = name;

    /// <inheritdoc/>
    public override string Type => "subsystem";

    /// <summary>Subsystem name.</summary>
    public string Name { get; }

    internal override void WriteData(SshWriter writer) => writer.WriteString(Name);
}

/// <summary><c>window-change</c> (RFC 4254 §6.7); never asks for a reply.</summary>
public sealed class WindowChangeRequest : ChannelRequest
{
    /// <summary>Tells the terminal's new size.</summary>
    public WindowChangeRequest(PtySize size) => Size = size;

    /// <inheritdoc/>
    public override string Type => "window-change";

    /// <inheritdoc/>
    public override bool WantReply { get; init; }

    /// <summary>The new size.</summary>
    public PtySize Size { get; }

    internal override void WriteData(SshWriter writer) => Size.Write(writer);
}

/// <summary><c>signal</c> (RFC 4254 §6.9); never asks for a reply.</summary>
public sealed class SignalRequest : ChannelRequest
{
    /// <summary>Delivers a signal, named without the SIG prefix: <c>TERM</c>, <c>INT</c>.</summary>
    public SignalRequest(string name) => Name = name;

    /// <inheritdoc/>
    public override string Type => "signal";

    /// <inheritdoc/>
    public override bool WantReply { get; init; }

    /// <summary>Signal name without SIG.</summary>
    public string Name { get; }

    internal override void WriteData(SshWriter writer) => writer.WriteString(Name);
}

/// <summary><c>break</c> (RFC 4335).</summary>
public sealed class BreakRequest : ChannelRequest
{
    /// <summary>Sends a break of <paramref name="milliseconds"/>.</summary>
    public BreakRequest(uint milliseconds = 500) => Milliseconds = milliseconds;

    /// <inheritdoc/>
    public override string Type => "break";

    /// <summary>Length in milliseconds; the receiver may bound it to 500..3000 (RFC 4335 §3).</summary>
    public uint Milliseconds { get; }

    internal override void WriteData(SshWriter writer) => writer.WriteUInt32(Milliseconds);
}

/// <summary><c>xon-xoff</c> (RFC 4254 §6.8), server to client; never asks for a reply.</summary>
public sealed class XonXoffRequest : ChannelRequest
{
    /// <summary>Tells whether the client may do flow control by ^S and ^Q itself.</summary>
    public XonXoffRequest(bool clientCanDo) => ClientCanDo = clientCanDo;

    /// <inheritdoc/>
    public override string Type => "xon-xoff";

    /// <inheritdoc/>
    public override bool WantReply { get; init; }

    /// <summary>True if the client may.</summary>
    public bool ClientCanDo { get; }

    internal override void WriteData(SshWriter writer) => writer.WriteBoolean(ClientCanDo);
}

/// <summary><c>exit-status</c> (RFC 4254 §6.10), server to client; never asks for a reply.</summary>
public sealed class ExitStatusRequest : ChannelRequest
{
    /// <summary>Reports the command's status.</summary>
    public ExitStatusRequest(uint status) => Status = status;

    /// <inheritdoc/>
    public override string Type => "exit-status";

    /// <inheritdoc/>
    public override bool WantReply { get; init; }

    /// <summary>The status.</summary>
    public uint Status { get; }

    internal override void WriteData(SshWriter writer) => writer.WriteUInt32(Status);
}

/// <summary><c>exit-signal</c> (RFC 4254 §6.10), server to client; never asks for a reply.</summary>
public sealed class ExitSignalRequest : ChannelRequest
{
    /// <summary>Reports that a signal, named without SIG, ended the command.</summary>
    public ExitSignalRequest(string name, bool coreDumped = false, string message = "", string language = "")
    {
        Name = name;
        CoreDumped = coreDumped;
        Message = message;
        Language = language;
    }

    /// <inheritdoc/>
    public override string Type => "exit-signal";

    /// <inheritdoc/>
    public override bool WantReply { get; init; }

    /// <summary>Signal name without SIG.</summary>
    public string Name { get; }

    /// <summary>Whether a core was dumped.</summary>
    public bool CoreDumped { get; }

    /// <summary>Text for a person.</summary>
    public string Message { get; }

    /// <summary>RFC 3066 language tag of the text.</summary>
    public string Language { get; }

    internal override void WriteData(SshWriter writer)
    {
        writer.WriteString(Name);
        writer.WriteBoolean(CoreDumped);
        writer.WriteString(Message);
        writer.WriteString(Language);
    }
}

/// <summary><c>eow@openssh.com</c> (OpenSSH PROTOCOL §2.1): no more of what the peer sends is read; no reply.</summary>
public sealed class EndOfWriteRequest : ChannelRequest
{
    /// <inheritdoc/>
    public override string Type => "eow@openssh.com";

    /// <inheritdoc/>
    public override bool WantReply { get; init; }

    internal override void WriteData(SshWriter writer)
    {
    }
}
