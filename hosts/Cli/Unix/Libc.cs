using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>What <c>poll</c> waits for and reports (POSIX); the same bits on Linux and macOS.</summary>
[Flags]
internal enum PollEvents : short
{
    None = 0,
    In = 1,
    Out = 4,
    Error = 8,
    HangUp = 16,
    Invalid = 32,
}

/// <summary>One descriptor of a <c>poll</c> call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct PollDescriptor
{
    public int Descriptor;
    public PollEvents Wanted;
    public PollEvents Found;
}

/// <summary><c>struct winsize</c>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct WindowSize
{
    public ushort Rows;
    public ushort Columns;
    public ushort PixelWidth;
    public ushort PixelHeight;
}

/// <summary>The C library's functions that .NET has no class for. All are blittable, so nothing is generated at run time.</summary>
internal static unsafe partial class Libc
{
    internal const string Name = "libc";

    private static readonly Lazy<nint> CloseFrom = new(static () =>
        NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "posix_spawn_file_actions_addclosefrom_np", out nint function) ? function : 0);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    internal static partial nint Read(SafeFileHandle descriptor, byte* buffer, nuint count);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    internal static partial nint Write(SafeFileHandle descriptor, byte* buffer, nuint count);

    [LibraryImport(Name, EntryPoint = "open", SetLastError = true)]
    internal static partial int Open(byte* path, int flags);

    [LibraryImport(Name, EntryPoint = "pipe2", SetLastError = true)]
    internal static partial int Pipe2(int* pair, int flags);

    [LibraryImport(Name, EntryPoint = "pipe", SetLastError = true)]
    internal static partial int Pipe(int* pair);

    // Variadic in C: on arm64 macOS variadic arguments travel on the stack, so calls there go through FcntlPadded.
    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int Fcntl(int descriptor, int command, nint argument);

    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    internal static partial int FcntlPadded(int descriptor, int command, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, nint argument);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int Ioctl(SafeFileHandle descriptor, nuint request, WindowSize* argument);

    [LibraryImport(Name, EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoctlPadded(SafeFileHandle descriptor, nuint request, nint x2, nint x3, nint x4, nint x5, nint x6, nint x7, WindowSize* argument);

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    internal static partial int Poll(PollDescriptor* descriptors, nuint count, int timeout);

    [LibraryImport(Name, EntryPoint = "isatty")]
    internal static partial int IsATty(int descriptor);

    [LibraryImport(Name, EntryPoint = "posix_openpt", SetLastError = true)]
    internal static partial int OpenPt(int flags);

    [LibraryImport(Name, EntryPoint = "grantpt", SetLastError = true)]
    internal static partial int GrantPt(SafeFileHandle master);

    [LibraryImport(Name, EntryPoint = "unlockpt", SetLastError = true)]
    internal static partial int UnlockPt(SafeFileHandle master);

    [LibraryImport(Name, EntryPoint = "ptsname_r", SetLastError = true)]
    internal static partial int PtsName(SafeFileHandle master, byte* name, nuint size);

    [LibraryImport(Name, EntryPoint = "tcgetattr", SetLastError = true)]
    internal static partial int TcGetAttr(SafeFileHandle descriptor, byte* termios);

    [LibraryImport(Name, EntryPoint = "tcsetattr", SetLastError = true)]
    internal static partial int TcSetAttr(SafeFileHandle descriptor, int action, byte* termios);

    [LibraryImport(Name, EntryPoint = "tcgetpgrp", SetLastError = true)]
    internal static partial int TcGetPgrp(SafeFileHandle terminal);

    [LibraryImport(Name, EntryPoint = "getpgrp")]
    internal static partial int GetProcessGroup();

    [LibraryImport(Name, EntryPoint = "cfsetispeed", SetLastError = true)]
    internal static partial int SetInputSpeed(byte* termios, nuint speed);

    [LibraryImport(Name, EntryPoint = "cfsetospeed", SetLastError = true)]
    internal static partial int SetOutputSpeed(byte* termios, nuint speed);

    [LibraryImport(Name, EntryPoint = "cfgetispeed")]
    internal static partial nuint GetInputSpeed(byte* termios);

    [LibraryImport(Name, EntryPoint = "cfgetospeed")]
    internal static partial nuint GetOutputSpeed(byte* termios);

    [LibraryImport(Name, EntryPoint = "kill", SetLastError = true)]
    internal static partial int Kill(int process, int signal);

    [LibraryImport(Name, EntryPoint = "sigaction")]
    internal static partial int SignalAction(int signal, byte* action, byte* previous);

    [LibraryImport(Name, EntryPoint = "waitpid", SetLastError = true)]
    internal static partial int WaitPid(int process, int* status, int options);

    [LibraryImport(Name, EntryPoint = "getuid")]
    internal static partial uint GetUid();

    [LibraryImport(Name, EntryPoint = "getpwuid_r")]
    internal static partial int GetPasswdByUid(uint user, byte* passwd, byte* buffer, nuint size, byte** result);

    [LibraryImport(Name, EntryPoint = "getpwnam_r")]
    internal static partial int GetPasswdByName(byte* user, byte* passwd, byte* buffer, nuint size, byte** result);

    [LibraryImport(Name, EntryPoint = "umask")]
    internal static partial uint Umask(uint mask);

    [LibraryImport(Name, EntryPoint = "posix_spawn")]
    internal static partial int Spawn(int* process, byte* path, byte* actions, byte* attributes, byte** arguments, byte** environment);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_init")]
    internal static partial int ActionsInit(byte* actions);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_destroy")]
    internal static partial int ActionsDestroy(byte* actions);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_addopen")]
    internal static partial int ActionsAddOpen(byte* actions, int descriptor, byte* path, int flags, uint mode);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_adddup2")]
    internal static partial int ActionsAddDup2(byte* actions, int descriptor, int target);

    [LibraryImport(Name, EntryPoint = "posix_spawn_file_actions_addchdir_np")]
    internal static partial int ActionsAddChdir(byte* actions, byte* path);

    /// <summary>
    /// <c>posix_spawn_file_actions_addclosefrom_np</c>, looked up, as only glibc from 2.34 on has it; 0 where it is missing.
    /// </summary>
    internal static int ActionsAddCloseFrom(byte* actions, int first) =>
        CloseFrom.Value == 0 ? 0 : ((delegate* unmanaged<byte*, int, int>)CloseFrom.Value)(actions, first);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_init")]
    internal static partial int AttributesInit(byte* attributes);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_destroy")]
    internal static partial int AttributesDestroy(byte* attributes);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setflags")]
    internal static partial int AttributesSetFlags(byte* attributes, short flags);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setsigdefault")]
    internal static partial int AttributesSetDefaultSignals(byte* attributes, byte* set);

    [LibraryImport(Name, EntryPoint = "posix_spawnattr_setsigmask")]
    internal static partial int AttributesSetMask(byte* attributes, byte* set);

    [LibraryImport(Name, EntryPoint = "sigfillset")]
    internal static partial int FillSignals(byte* set);

    [LibraryImport(Name, EntryPoint = "sigemptyset")]
    internal static partial int EmptySignals(byte* set);
}
