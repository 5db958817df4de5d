namespace SshCore.Scp;

/// <summary>What a machine of the old scp protocol has to say.</summary>
public enum ScpEventKind
{
    /// <summary>Source: the sink is ready for the first, or next, entry.</summary>
    Ready,
    /// <summary>Source: the entry was accepted. A file's bytes are to be written now.</summary>
    Accepted,
    /// <summary>Source: the entry was refused, <see cref="ScpEvent.Text"/> says why; the next one may begin.</summary>
    Refused,
    /// <summary>Source: the file or directory is done; <see cref="ScpEvent.Text"/> is null or says what the sink could not do.</summary>
    Done,
    /// <summary>Sink: a file; answer it.</summary>
    FileOffered,
    /// <summary>Sink: bytes of the file, in <see cref="ScpEvent.Data"/>.</summary>
    Data,
    /// <summary>Sink: the file is whole, or its source gave up: <see cref="ScpEvent.Text"/>; answer it.</summary>
    FileEnded,
    /// <summary>Sink: a directory; answer it. What follows is in it, until its end.</summary>
    DirectoryOffered,
    /// <summary>Sink: the innermost directory ends; answer it.</summary>
    DirectoryEnded,
    /// <summary>Sink: the source could not do something; <see cref="ScpEvent.Text"/> says what.</summary>
    Warning,
    /// <summary>The end; <see cref="ScpMachine.Error"/> is null if it was an orderly one.</summary>
    Closed,
}

/// <summary>An event of a machine of the old scp protocol.</summary>
/// <param name="Kind">What happened.</param>
/// <param name="Entry">The entry it is about.</param>
/// <param name="Text">A message of the peer, made printable; null if there is none.</param>
/// <param name="Data">Bytes of a file; valid until the next poll, lease or disposal.</param>
public readonly record struct ScpEvent(ScpEventKind Kind, ScpEntry? Entry = null, string? Text = null, ReadOnlyMemory<byte> Data = default);
