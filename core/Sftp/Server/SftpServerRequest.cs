using SshCore.Errors;

namespace SshCore.Sftp;

/// <summary>
/// One request of a client, to be answered once, now or later, by one of the Answer methods; a value that can be stored.
/// Answers after the session has ended have no effect. Used by the machine's thread only.
/// </summary>
public readonly struct SftpServerRequest
{
    private readonly SftpServerMachine? _machine;
    private readonly SftpRequestSlot? _slot;
    private readonly uint _generation;

    internal SftpServerRequest(SftpServerMachine machine, SftpRequestSlot slot)
    {
        _machine = machine;
        _slot = slot;
        _generation = slot.Generation;
    }

    /// <summary>True once it was answered: only the machine knows it then, and all else here throws.</summary>
    public bool IsAnswered => _slot is not { } slot || slot.Generation != _generation;

    /// <summary>What is asked.</summary>
    public SftpRequestKind Kind => Slot.Kind;

    /// <summary>The number the client gave it.</summary>
    public uint Id => Slot.Id;

    /// <summary>The path; of two the first: what is renamed, linked to, or the target of a symbolic link. Stays valid.</summary>
    public SftpPath Path => Slot.Path;

    /// <summary>The second path: the new name, or the link that is made.</summary>
    public SftpPath OtherPath => Slot.OtherPath;

    /// <summary>Flags of <see cref="SftpRequestKind.Open"/>: at least one of read and write, and no unknown bit.</summary>
    public SftpOpenFlags Flags => Slot.Flags;

    /// <summary>Attributes that are to be set.</summary>
    public SftpAttributes Attributes => Slot.Attributes;

    /// <summary>What <see cref="AnswerHandle"/> was given for the handle; null if the request names none, as check-file by path.</summary>
    public object? State => Slot.Handle?.State;

    /// <summary>Of <see cref="SftpRequestKind.CopyData"/> the file that is written to.</summary>
    public object? OtherState => Slot.OtherHandle?.State;

    /// <summary>Whether the handle names a directory.</summary>
    public bool IsDirectory => Slot.Handle is { IsDirectory: true };

    /// <summary>Where to read or write, at least 0.</summary>
    public long Offset => Slot.Offset;

    /// <summary>Of <see cref="SftpRequestKind.CopyData"/> where to write.</summary>
    public long OtherOffset => Slot.OtherOffset;

    /// <summary>Bytes to read, at most <see cref="SftpLimits.DataLength"/>; of copy-data and check-file any, where 0 means up to the end.</summary>
    public long Length => Slot.Length;

    /// <summary>Bytes of the blocks that check-file hashes one by one: at least 256, or 0 for the whole range as one.</summary>
    public uint BlockSize => Slot.BlockSize;

    /// <summary>Of <see cref="SftpRequestKind.HomeDirectory"/> the user, of check-file the hashes the client takes, parted by commas, best first.</summary>
    public string Text => Slot.Text;

    /// <summary>Numbers of users to be named.</summary>
    public IReadOnlyList<uint> Users => Slot.Users;

    /// <summary>Numbers of groups to be named.</summary>
    public IReadOnlyList<uint> Groups => Slot.Groups;

    /// <summary>What is to be written; valid until the machine's next poll or lease.</summary>
    public ReadOnlyMemory<byte> Data => Slot.Data;

    /// <summary>Answers with a status. <see cref="SftpStatusCode.Ok"/> is an answer only where the kind asks for nothing else.</summary>
    /// <exception cref="SshUsageException">Answered already, or Ok where content is asked for.</exception>
    public void Answer(SftpStatus status) => Machine.Answer(Slot, status);

    /// <summary>Answers <see cref="SftpRequestKind.Open"/> or <see cref="SftpRequestKind.OpenDirectory"/>.</summary>
    /// <param name="state">What <see cref="State"/> shall be for requests on it.</param>
    /// <param name="overlapsReads">Whether several reads of it may be asked for at once.</param>
    /// <returns>False if the session has ended: the caller keeps what it opened, and closes it.</returns>
    public bool AnswerHandle(object state, bool overlapsReads = false) => Machine.AnswerHandle(Slot, state, overlapsReads);

    /// <summary>Answers with attributes.</summary>
    public void AnswerAttributes(in SftpAttributes attributes) => Machine.AnswerAttributes(Slot, attributes);

    /// <summary>Answers with one path.</summary>
    public void AnswerPath(SftpPath path) => Machine.AnswerPath(Slot, path);

    /// <summary>Answers <see cref="SftpRequestKind.ReadDirectory"/> with as many of the names as one message takes, at least one.</summary>
    /// <returns>Names taken; the others are for the next request.</returns>
    /// <exception cref="ArgumentException">There is no name: the end of the directory is a status.</exception>
    public int AnswerNames(ReadOnlySpan<SftpFileName> names) => Machine.AnswerNames(Slot, names);

    /// <summary>
    /// Answers <see cref="SftpRequestKind.Read"/> without a copy: room in the output for <see cref="Length"/> bytes, to be filled from the front.
    /// <see cref="CommitData"/> or <see cref="Answer"/> follows before any other request is answered or polled.
    /// </summary>
    public Memory<byte> ReserveData() => Machine.ReserveData(Slot);

    /// <summary>Sends the first <paramref name="count"/> bytes of the reserved room. 0 is only for a read of 0 bytes; the end of a file is a status.</summary>
    public void CommitData(int count) => Machine.CommitData(Slot, count);

    /// <summary>Answers <see cref="SftpRequestKind.Read"/> with a copy of these bytes, at most <see cref="Length"/>.</summary>
    public void AnswerData(ReadOnlySpan<byte> data)
    {
        data.CopyTo(ReserveData().Span);
        CommitData(data.Length);
    }

    /// <summary>Answers with the numbers of a volume.</summary>
    public void AnswerStatVfs(in SftpStatVfs numbers) => Machine.AnswerStatVfs(Slot, numbers);

    /// <summary>Answers check-file: the hash that was used, and the values of all blocks one after another.</summary>
    public void AnswerHashes(string algorithm, ReadOnlySpan<byte> values) => Machine.AnswerHashes(Slot, algorithm, values);

    /// <summary>Answers users-groups-by-id: a name for each number, empty if there is none.</summary>
    public void AnswerUsersGroups(IReadOnlyList<string> users, IReadOnlyList<string> groups) => Machine.AnswerUsersGroups(Slot, users, groups);

    private SftpServerMachine Machine => _machine ?? throw new SshUsageException("This is no request.");

    private SftpRequestSlot Slot => _slot is { } slot && slot.Generation == _generation
        ? slot
        : throw new SshUsageException("The SFTP request was answered already.");
}
