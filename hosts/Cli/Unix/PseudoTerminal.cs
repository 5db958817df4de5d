using System.IO;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;
using SshCore.Channels;

namespace SshCore.Cli.Unix;

/// <summary>The master side of a pseudo-terminal.</summary>
internal sealed unsafe class PseudoTerminal : IDisposable
{
    private readonly SafeFileHandle _master;
    private SafeFileHandle? _slave;

    private PseudoTerminal(SafeFileHandle master, SafeFileHandle slave, string name)
    {
        _master = master;
        _slave = slave;
        Name = name;
        Stream = new DescriptorStream(master, FileAccess.ReadWrite);
    }

    /// <summary>The path of the side that programs use.</summary>
    internal string Name { get; }

    /// <summary>What is typed and shown.</summary>
    internal DescriptorStream Stream { get; }

    /// <summary>Makes one of that size and with those modes.</summary>
    internal static PseudoTerminal Open(WindowSize size, TerminalModes modes)
    {
        int number = Libc.OpenPt(UnixConstants.OpenReadWrite | UnixConstants.OpenNoControllingTerminal | (OperatingSystem.IsLinux() ? UnixConstants.OpenCloseOnExec : 0));
        if (number < 0)
        {
            throw UnixException.Last("posix_openpt");
        }

        var master = new SafeFileHandle(number, ownsHandle: true);
        try
        {
            if (Libc.GrantPt(master) != 0 || Libc.UnlockPt(master) != 0)
            {
                throw UnixException.Last("unlockpt");
            }

            byte* buffer = stackalloc byte[256];
            if (Libc.PtsName(master, buffer, 256) != 0)
            {
                throw UnixException.Last("ptsname_r");
            }

            string name = Marshal.PtrToStringUTF8((nint)buffer)!;
            SafeFileHandle slave = Descriptor.Open(name, UnixConstants.OpenReadWrite);
            Termios settings = Termios.Read(slave);
            settings.Apply(modes);
            settings.Write(slave);
            Descriptor.SetWindowSize(slave, size);
            return new PseudoTerminal(master, slave, name);
        }
        catch
        {
            master.Dispose();
            throw;
        }
    }

    /// <summary>Starts a program on it. From then on the master sees the end once the last user of the other side is gone.</summary>
    internal ChildProcess Start(ProgramStart program)
    {
        ChildProcess child = Spawn.OnTerminal(program, Name);
        _slave?.Dispose();
        _slave = null;
        return child;
    }

    /// <summary>Changes the size; programs on it get SIGWINCH.</summary>
    internal void Resize(WindowSize size) => Descriptor.SetWindowSize(_master, size);

    /// <summary>
    /// Delivers a break as a serial line would. Pseudo-terminals have none of their own, so this does what the settings
    /// say of one: nothing (IGNBRK), SIGINT to the foreground (BRKINT), else a NUL to read.
    /// </summary>
    internal void SendBreak()
    {
        const ulong ignoreBreak = 1;
        const ulong breakInterrupts = 2;
        ulong flags = Termios.Read(_master).InputFlags;
        if ((flags & ignoreBreak) != 0)
        {
            return;
        }

        if ((flags & breakInterrupts) != 0)
        {
            int foreground = Libc.TcGetPgrp(_master);
            if (foreground > 1)
            {
                _ = Libc.Kill(-foreground, SignalNames.Interrupt);
            }

            return;
        }

        byte nul = 0;
        _ = Libc.Write(_master, &nul, 1);
    }

    /// <summary>Closes it: its processes get SIGHUP.</summary>
    public void Dispose()
    {
        _slave?.Dispose();
        Stream.Dispose();
    }
}
