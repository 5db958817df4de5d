using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// The calls of Linux that work relative to a directory handle, for 64-bit systems. All are blittable. What the C library of
/// some systems lacks goes through <c>syscall</c>.
/// </summary>
internal static unsafe partial class LinuxLibc
{
    private const string Name = "libc";

    // Through the program's own scope, as a C program is bound: what was loaded in front of the library counts here too.
    static LinuxLibc() => NativeLibrary.SetDllImportResolver(
        typeof(LinuxLibc).Assembly,
        static (name, _, _) => name == Name ? NativeLibrary.GetMainProgramHandle() : 0);

    // openat and fcntl are variadic in C; on x64 and arm64 Linux such integers travel as others do.
    [LibraryImport(Name, EntryPoint = "openat", SetLastError = true)]
    internal static partial int OpenAt(int directory, byte* path, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "close")]
    internal static partial void Close(int descriptor);

    [LibraryImport(Name, EntryPoint = "syscall", SetLastError = true)]
    internal static partial nint Syscall(nint number, nint a, byte* b, nint c, nint d, nint e, nint f);

    [LibraryImport(Name, EntryPoint = "readlinkat", SetLastError = true)]
    internal static partial nint ReadLinkAt(int directory, byte* path, byte* buffer, nuint size);

    [LibraryImport(Name, EntryPoint = "mkdirat", SetLastError = true)]
    internal static partial int MakeDirectoryAt(int directory, byte* name, uint mode);

    [LibraryImport(Name, EntryPoint = "unlinkat", SetLastError = true)]
    internal static partial int UnlinkAt(int directory, byte* name, int flags);

    [LibraryImport(Name, EntryPoint = "symlinkat", SetLastError = true)]
    internal static partial int SymbolicLinkAt(byte* target, int directory, byte* name);

    [LibraryImport(Name, EntryPoint = "linkat", SetLastError = true)]
    internal static partial int LinkAt(int fromDirectory, byte* from, int toDirectory, byte* to, int flags);

    [LibraryImport(Name, EntryPoint = "renameat", SetLastError = true)]
    internal static partial int RenameAt(int fromDirectory, byte* from, int toDirectory, byte* to);

    [LibraryImport(Name, EntryPoint = "chmod", SetLastError = true)]
    internal static partial int ChangeMode(byte* path, uint mode);

    [LibraryImport(Name, EntryPoint = "fchmod", SetLastError = true)]
    internal static partial int ChangeMode(SafeFileHandle file, uint mode);

    [LibraryImport(Name, EntryPoint = "fchownat", SetLastError = true)]
    internal static partial int ChangeOwnerAt(int directory, byte* path, uint user, uint group, int flags);

    [LibraryImport(Name, EntryPoint = "fchown", SetLastError = true)]
    internal static partial int ChangeOwner(SafeFileHandle file, uint user, uint group);

    [LibraryImport(Name, EntryPoint = "utimensat", SetLastError = true)]
    internal static partial int SetTimesAt(int directory, byte* path, long* times, int flags);

    [LibraryImport(Name, EntryPoint = "futimens", SetLastError = true)]
    internal static partial int SetTimes(SafeFileHandle file, long* times);

    [LibraryImport(Name, EntryPoint = "ftruncate", SetLastError = true)]
    internal static partial int Truncate(SafeFileHandle file, long length);

    [LibraryImport(Name, EntryPoint = "fsync", SetLastError = true)]
    internal static partial int Sync(SafeFileHandle file);

    [LibraryImport(Name, EntryPoint = "pread", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport(Name, EntryPoint = "pwrite", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle file, byte* buffer, nuint count, long offset);

    [LibraryImport(Name, EntryPoint = "fstatvfs", SetLastError = true)]
    internal static partial int StatVfs(int file, ulong* numbers);

    [LibraryImport(Name, EntryPoint = "getpwuid_r")]
    internal static partial int GetPasswdByUid(uint user, byte* passwd, byte* buffer, nuint size, byte** result);

    [LibraryImport(Name, EntryPoint = "getpwnam_r")]
    internal static partial int GetPasswdByName(byte* user, byte* passwd, byte* buffer, nuint size, byte** result);

    [LibraryImport(Name, EntryPoint = "getgrgid_r")]
    internal static partial int GetGroupByGid(uint group, byte* entry, byte* buffer, nuint size, byte** result);
}
