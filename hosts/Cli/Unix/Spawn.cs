using Microsoft.Win32.SafeHandles;

namespace SshCore.Cli.Unix;

/// <summary>
/// Starts a program by <c>posix_spawn</c>, in a session of its own with signals as a login gives them: .NET ignores some,
/// and what is ignored would stay so across exec. The child has descriptors 0, 1 and 2 and no other.
/// </summary>
internal static unsafe class Spawn
{
    // Both structures are smaller everywhere; in glibc they take 80 and 336 bytes.
    private const int OpaqueSize = 512;
    private const int FirstToClose = 3;

    /// <summary>Starts it with pipes or files as its standard descriptors.</summary>
    internal static ChildProcess WithDescriptors(ProgramStart program, SafeFileHandle input, SafeFileHandle output, SafeFileHandle error)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        UnixException.ThrowIf(Libc.ActionsInit(actions), "posix_spawn_file_actions_init");
        try
        {
            UnixException.ThrowIf(Libc.ActionsAddDup2(actions, Descriptor.Number(input), 0), "adddup2");
            UnixException.ThrowIf(Libc.ActionsAddDup2(actions, Descriptor.Number(output), 1), "adddup2");
            UnixException.ThrowIf(Libc.ActionsAddDup2(actions, Descriptor.Number(error), 2), "adddup2");
            return Start(program, actions);
        }
        finally
        {
            _ = Libc.ActionsDestroy(actions);
            GC.KeepAlive(input);
            GC.KeepAlive(output);
            GC.KeepAlive(error);
        }
    }

    /// <summary>
    /// Starts it on a terminal. The child leads a new session, so the terminal it opens first becomes its controlling one.
    /// </summary>
    internal static ChildProcess OnTerminal(ProgramStart program, string terminal)
    {
        byte* actions = stackalloc byte[OpaqueSize];
        UnixException.ThrowIf(Libc.ActionsInit(actions), "posix_spawn_file_actions_init");
        try
        {
            fixed (byte* path = NativeStrings.Terminated(terminal))
            {
                UnixException.ThrowIf(Libc.ActionsAddOpen(actions, 0, path, UnixConstants.OpenReadWrite, 0), "addopen");
            }

            UnixException.ThrowIf(Libc.ActionsAddDup2(actions, 0, 1), "adddup2");
            UnixException.ThrowIf(Libc.ActionsAddDup2(actions, 0, 2), "adddup2");
            return Start(program, actions);
        }
        finally
        {
            _ = Libc.ActionsDestroy(actions);
        }
    }

    private static ChildProcess Start(ProgramStart program, byte* actions)
    {
        fixed (byte* directory = NativeStrings.Terminated(program.Directory))
        {
            UnixException.ThrowIf(Libc.ActionsAddChdir(actions, directory), "addchdir");
        }

        if (OperatingSystem.IsLinux())
        {
            UnixException.ThrowIf(Libc.ActionsAddCloseFrom(actions, FirstToClose), "addclosefrom");
        }

        byte* attributes = stackalloc byte[OpaqueSize];
        UnixException.ThrowIf(Libc.AttributesInit(attributes), "posix_spawnattr_init");
        try
        {
            byte* signals = stackalloc byte[128];
            _ = Libc.FillSignals(signals);
            UnixException.ThrowIf(Libc.AttributesSetDefaultSignals(attributes, signals), "setsigdefault");
            _ = Libc.EmptySignals(signals);
            UnixException.ThrowIf(Libc.AttributesSetMask(attributes, signals), "setsigmask");
            UnixException.ThrowIf(Libc.AttributesSetFlags(attributes, UnixConstants.SpawnFlags), "setflags");

            // The reaper must be listening before there is a child to reap.
            ChildReaper reaper = ChildReaper.Shared;
            int process;
            using (var arguments = new NativeStrings(program.Arguments))
            using (var environment = new NativeStrings(program.Environment))
            {
                fixed (byte* path = NativeStrings.Terminated(program.Path))
                {
                    UnixException.ThrowIf(Libc.Spawn(&process, path, actions, attributes, arguments.Pointer, environment.Pointer), program.Path);
                }
            }

            var child = new ChildProcess(process);
            reaper.Watch(child);
            return child;
        }
        finally
        {
            _ = Libc.AttributesDestroy(attributes);
        }
    }
}

/// <summary>What to start.</summary>
/// <param name="Path">The program file.</param>
/// <param name="Arguments">argv, the program's own name first.</param>
/// <param name="Environment">NAME=value, all there is.</param>
/// <param name="Directory">The working directory; it must exist.</param>
internal sealed record ProgramStart(
    string Path,
    IReadOnlyList<ReadOnlyMemory<byte>> Arguments,
    IReadOnlyList<ReadOnlyMemory<byte>> Environment,
    string Directory);
