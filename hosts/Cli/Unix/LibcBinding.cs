using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace SshCore.Cli.Unix;

/// <summary>
/// Binds the C library's functions as a C program does, through the program's own scope and not through the library's
/// handle: then what was loaded in front of it (LD_PRELOAD), a wrapper of the user database for example, counts here too.
/// </summary>
internal static class LibcBinding
{
    [ModuleInitializer]
    internal static void Install() => NativeLibrary.SetDllImportResolver(
        typeof(LibcBinding).Assembly,
        static (name, _, _) => name == Libc.Name ? NativeLibrary.GetMainProgramHandle() : 0);
}
