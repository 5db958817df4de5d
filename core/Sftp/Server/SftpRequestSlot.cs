namespace SshCore.Sftp;

/// <summary>The fields of one request that waits for its answer; used again for later requests under a new generation.</summary>
internal sealed class SftpRequestSlot
{
    public uint Generation;
    public bool IsInUse;
    public SftpRequestKind Kind;
    public uint Id;
    public SftpPath Path;
    public SftpPath OtherPath;
    public SftpOpenFlags Flags;
    public SftpAttributes Attributes;
    public SftpServerHandle? Handle;
    public SftpServerHandle? OtherHandle;
    public long Offset;
    public long OtherOffset;
    public long Length;
    public uint BlockSize;
    public string Text = "";
    public uint[] Users = [];
    public uint[] Groups = [];
    public ReadOnlyMemory<byte> Data;

    /// <summary>Others can see what it does.</summary>
    public bool Changes;

    /// <summary>Nothing else on the same handle may run beside it.</summary>
    public bool Alone;

    /// <summary>check-file under the bare name, which has a reply of its own.</summary>
    public bool IsBareCheckFile;

    public void Clear()
    {
        unchecked
        {
            Generation++;
        }

        IsInUse = false;
        Kind = SftpRequestKind.None;
        Path = OtherPath = default;
        Attributes = default;
        Handle = OtherHandle = null;
        Offset = OtherOffset = Length = 0;
        BlockSize = 0;
        Flags = SftpOpenFlags.None;
        Text = "";
        Users = Groups = [];
        Data = default;
        Changes = Alone = IsBareCheckFile = false;
    }

    /// <summary>
    /// Whether this one has to wait until <paramref name="earlier"/> is answered, so that all is as if requests were handled one
    /// after another: two may overlap if neither changes anything, or if they work on different handles.
    /// </summary>
    public bool MustFollow(SftpRequestSlot earlier)
    {
        bool bothOnHandles = Handle is not null && earlier.Handle is not null;
        if (bothOnHandles && Handle == earlier.Handle && (Alone || earlier.Alone))
        {
            return true;
        }

        // A copy works on two: whatever else is on one of them is not apart from it.
        bool apart = bothOnHandles && Handle != earlier.Handle && OtherHandle is null && earlier.OtherHandle is null;
        return (Changes || earlier.Changes) && !apart;
    }
}
