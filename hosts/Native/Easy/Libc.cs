using System.Runtime.InteropServices;

namespace SshCore.Native.Easy;

/// <summary>The system calls of level 3. Linux and macOS.</summary>
internal static unsafe partial class Libc
{
    public const short PollIn = 1;
    public const short PollOut = 4;
    public const short PollInvalid = 0x20;
    public const int NoEntry = 2;
    public const int Interrupted = 4;
    public const int BadDescriptor = 9;
    public const int Exists = 17;
    public const int BrokenPipe = 32;
    public const int PipeSignal = 13;
    public const int Stream = 1;
    public const int Tcp = 6;
    public const int NoDelay = 1;

    private const string Name = "libc";

    public static bool IsAvailable { get; } = OperatingSystem.IsLinux() || OperatingSystem.IsMacOS();

    public static int DontWait { get; } = OperatingSystem.IsMacOS() ? 0x80 : 0x40;

    public static int NoSignal { get; } = OperatingSystem.IsMacOS() ? 0x80000 : 0x4000;

    public static int WouldBlock { get; } = OperatingSystem.IsMacOS() ? 35 : 11;

    public static int Reset { get; } = OperatingSystem.IsMacOS() ? 54 : 104;

    public static int NotASocket { get; } = OperatingSystem.IsMacOS() ? 38 : 88;

    public static int InProgress { get; } = OperatingSystem.IsMacOS() ? 36 : 115;

    public static int SetFlags => 4;

    /// <summary>For socket(2). macOS has no such flag, and no need: a forked program there is spawned.</summary>
    public static int CloseOnExec { get; } = OperatingSystem.IsMacOS() ? 0 : 0x80000;

    public static int NonBlocking { get; } = OperatingSystem.IsMacOS() ? 4 : 0x800;

    public static int SocketLevel { get; } = OperatingSystem.IsMacOS() ? 0xffff : 1;

    public static int SocketError { get; } = OperatingSystem.IsMacOS() ? 0x1007 : 4;

    [LibraryImport(Name, EntryPoint = "poll", SetLastError = true)]
    public static partial int Poll(PollEntry* entries, nuint count, int milliseconds);

    [LibraryImport(Name, EntryPoint = "recv", SetLastError = true)]
    public static partial nint Receive(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport(Name, EntryPoint = "send", SetLastError = true)]
    public static partial nint Send(int fd, byte* buffer, nuint length, int flags);

    [LibraryImport(Name, EntryPoint = "read", SetLastError = true)]
    public static partial nint Read(int fd, byte* buffer, nuint length);

    [LibraryImport(Name, EntryPoint = "write", SetLastError = true)]
    public static partial nint Write(int fd, byte* buffer, nuint length);

    [LibraryImport(Name, EntryPoint = "socket", SetLastError = true)]
    public static partial int Socket(int family, int type, int protocol);

    [LibraryImport(Name, EntryPoint = "connect", SetLastError = true)]
    public static partial int Connect(int fd, nint address, uint length);

    [LibraryImport(Name, EntryPoint = "close", SetLastError = true)]
    public static partial int Close(int fd);

    // It takes a variable number of arguments, which Apple's ARM passes on the stack, behind eight in registers.
    [LibraryImport(Name, EntryPoint = "fcntl", SetLastError = true)]
    private static partial int Control(int fd, int command, nint argument, nint r3, nint r4, nint r5, nint r6, nint r7, nint stacked);

    public static int SetFlag(int fd, int command, nint argument) => Control(fd, command, argument, 0, 0, 0, 0, 0, argument);

    [LibraryImport(Name, EntryPoint = "setsockopt", SetLastError = true)]
    public static partial int SetOption(int fd, int level, int option, int* value, uint length);

    [LibraryImport(Name, EntryPoint = "getsockopt", SetLastError = true)]
    public static partial int GetOption(int fd, int level, int option, int* value, uint* length);

    [LibraryImport(Name, EntryPoint = "getaddrinfo", StringMarshalling = StringMarshalling.Utf8)]
    public static partial int Resolve(string host, string service, AddressInfo* hints, AddressInfo** result);

    [LibraryImport(Name, EntryPoint = "gai_strerror")]
    private static partial nint ResolveErrorText(int error);

    public static string ResolveError(int error) => Marshal.PtrToStringUTF8(ResolveErrorText(error)) ?? "";

    [LibraryImport(Name, EntryPoint = "freeaddrinfo")]
    public static partial void FreeAddresses(AddressInfo* addresses);

    /// <summary>What <c>struct pollfd</c> is.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Fd;
        public short Events;
        public short Got;
    }

    /// <summary>What <c>struct addrinfo</c> is; two pointers stand the other way round on macOS.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct AddressInfo
    {
        public int Flags;
        public int Family;
        public int Type;
        public int Protocol;
        public uint Length;
        public nint First;
        public nint Second;
        public AddressInfo* Next;

        public readonly nint Address => OperatingSystem.IsMacOS() ? Second : First;
    }
}
