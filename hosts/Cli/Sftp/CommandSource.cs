using System.IO;
using System.Text;
using Microsoft.Win32.SafeHandles;
using SshCore.Cli.Sftp.Terminal;
using SshCore.Cli.Sftp.Text;
using SshCore.Cli.Unix;

namespace SshCore.Cli.Sftp;

/// <summary>Where commands come from.</summary>
internal abstract class CommandSource : IDisposable
{
    /// <summary>The next line; null at the end.</summary>
    internal abstract string? Read();

    /// <summary>Whether what is read has to be shown, because nobody sees it being typed.</summary>
    internal abstract bool IsUnseen { get; }

    public virtual void Dispose()
    {
    }
}

/// <summary>Lines of a file or a pipe.</summary>
internal sealed class CommandFile : CommandSource
{
    private const int Longest = 64 * 1024;

    private readonly SafeFileHandle _file;
    private readonly byte[] _buffer = new byte[4096];
    private readonly List<byte> _line = [];
    private int _start;
    private int _end;

    /// <summary>Takes the file over.</summary>
    internal CommandFile(SafeFileHandle file) => _file = file;

    internal override bool IsUnseen => true;

    internal override string? Read()
    {
        _line.Clear();
        while (true)
        {
            if (_start == _end)
            {
                _start = 0;
                _end = BlockingDescriptor.Read(_file, _buffer);
                if (_end == 0)
                {
                    return _line.Count > 0 ? ByteText.From([.. _line]) : null;
                }
            }

            byte one = _buffer[_start++];
            if (one == (byte)'\n')
            {
                return ByteText.From([.. _line]);
            }

            if (_line.Count == Longest)
            {
                throw new IOException("a command is too long");
            }

            _line.Add(one);
        }
    }

    public override void Dispose()
    {
        _file.Dispose();
        base.Dispose();
    }
}

/// <summary>Lines that a user edits on our terminal.</summary>
internal sealed class CommandTerminal : CommandSource
{
    private readonly LineEditor _editor;

    internal CommandTerminal(SftpCompletion completion) => _editor = new LineEditor("sftp> ", new LineHistory(), completion.Complete);

    internal override bool IsUnseen => false;

    internal override string? Read()
    {
        using SafeFileHandle input = Descriptor.Borrow(0);
        using RawTerminal raw = RawTerminal.Raw(input);
        Span<byte> one = stackalloc byte[1];
        _editor.Width = TerminalSize.Columns(1);
        _editor.Begin();
        while (true)
        {
            Write();
            if (BlockingDescriptor.Read(input, one) == 0)
            {
                return null;
            }

            _editor.Width = TerminalSize.Columns(1);
            switch (_editor.Take(one[0]))
            {
                case LineOutcome.Entered:
                    Write();
                    return _editor.Line;
                case LineOutcome.EndOfInput:
                    Write();
                    return null;
                case LineOutcome.Interrupted:
                    Write();
                    return "";
                case LineOutcome.Suspend:
                    Suspend(raw);
                    break;
            }
        }
    }

    private void Suspend(RawTerminal raw)
    {
        raw.Restore();
        _ = Libc.Kill(0, SignalNames.TryParse("TSTP", out int number) ? number : 20);

        // Back in the foreground.
        raw.Enter();
        _editor.Draw();
    }

    private void Write()
    {
        string text = _editor.TakeOutput();
        if (text.Length > 0)
        {
            using SafeFileHandle output = Descriptor.Borrow(1);
            BlockingDescriptor.Write(output, Encoding.UTF8.GetBytes(text));
        }
    }
}
