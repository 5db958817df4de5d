using System.Runtime.InteropServices;
using System.Threading;
using SshCore.Native.Boundary;
using SshCore.Native.Objects;
using SshCore.Security;

namespace SshCore.Native.Exports;

/// <summary>What needs no handle: version, texts, names, blobs.</summary>
internal static class LibraryExports
{
    private const uint Version = 0x000100;

    // Made once and never freed: their pointers are good as long as the process.
    // The last place is for all numbers that are no result.
    private static readonly nint[] Texts = new nint[Enum.GetValues<Result>().Length + 1];
    private static readonly nint[] Lists = new nint[5];
    private static nint _versionText;

    [UnmanagedCallersOnly(EntryPoint = "sshcore_version_number")]
    internal static uint VersionNumber() => Version;

    [UnmanagedCallersOnly(EntryPoint = "sshcore_version")]
    internal static nint VersionText() => Guard.Value(0, static _ => Kept(ref _versionText, "0.1.0"));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_result_text")]
    internal static nint ResultText(Result result) => Guard.Value(result, static result =>
        Kept(ref Texts[(uint)result < (uint)Texts.Length - 1 ? (int)result : Texts.Length - 1], ResultTexts.For(result)));

    [UnmanagedCallersOnly(EntryPoint = "sshcore_algorithm_list")]
    internal static nint AlgorithmList(uint kind) => Guard.Value(kind, static kind => kind switch
    {
        0 => Kept(ref Lists[0], string.Join(',', SshAlgorithms.KeyExchanges)),
        1 => Kept(ref Lists[1], string.Join(',', SshAlgorithms.Signatures)),
        2 => Kept(ref Lists[2], string.Join(',', SshAlgorithms.Ciphers)),
        3 => Kept(ref Lists[3], string.Join(',', SshAlgorithms.Macs)),
        4 => Kept(ref Lists[4], string.Join(',', SshAlgorithms.LegacyNames)),
        _ => 0,
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_live_handles")]
    internal static nuint LiveHandles() => (nuint)Guard.Value(0, static _ => HandleTable.Count);

    [UnmanagedCallersOnly(EntryPoint = "sshcore_blob_data")]
    internal static Result BlobData(nint blob, nint data, nint length) => Guard.On(blob, (data, length), static (BlobObject b, (nint Data, nint Length) a) =>
    {
        In.Need(a.Data, "data");
        Out.Write(a.Data, b.Pointer);
        Out.Write(a.Length, (nuint)b.Length);
        return Result.Ok;
    });

    [UnmanagedCallersOnly(EntryPoint = "sshcore_blob_free")]
    internal static Result BlobFree(nint blob) => Guard.Drop<BlobObject>(blob);

    private static nint Kept(ref nint place, string text)
    {
        nint there = Volatile.Read(ref place);
        if (there != 0)
        {
            return there;
        }

        nint made = Marshal.StringToCoTaskMemUTF8(text);
        there = Interlocked.CompareExchange(ref place, made, 0);
        if (there != 0)
        {
            Marshal.FreeCoTaskMem(made);
            return there;
        }

        return made;
    }
}
