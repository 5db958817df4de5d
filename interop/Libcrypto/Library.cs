using System.Runtime.InteropServices;

namespace SshCore.Interop.Libcrypto;

/// <summary>Finds libcrypto 3. Where it is absent nothing here throws; the provider then supports nothing.</summary>
internal static class Library
{
    /// <summary>
    /// Only the versioned name of ELF systems: its version is a promise about the interface, and the system loader's
    /// directories are no place where others can leave files.
    /// </summary>
    public const string FileName = "libcrypto.so.3";

    private const ulong NoAtExit = 0x00080000;

    private static readonly Lazy<nint> Loaded = new(Load);

    public static bool IsAvailable => Loaded.Value != 0;

    public static bool Has(string function) => IsAvailable && NativeLibrary.TryGetExport(Loaded.Value, function, out _);

    /// <summary>Zero where the library was built without it.</summary>
    public static nint Address(string function) => NativeLibrary.TryGetExport(Loaded.Value, function, out nint address) ? address : 0;

    private static nint Load()
    {
        if (!(OperatingSystem.IsLinux() || OperatingSystem.IsFreeBSD()) || nint.Size != 8
            || !NativeLibrary.TryLoad(FileName, typeof(Library).Assembly, null, out nint handle))
        {
            return 0;
        }

        // Threads of ours may still be in a call when the process exits, so the library must not clean up under them.
        return Native.OPENSSL_init_crypto(NoAtExit, 0) == 1 ? handle : 0;
    }
}
