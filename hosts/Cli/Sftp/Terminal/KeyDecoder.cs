using System.Buffers;
using System.Text;

namespace SshCore.Cli.Sftp.Terminal;

/// <summary>What a key means to the line.</summary>
internal enum KeyAction
{
    None,
    Insert,
    Accept,
    EndOfInput,
    Interrupt,
    Suspend,
    Complete,
    Left,
    Right,
    WordLeft,
    WordRight,
    Home,
    End,
    Backspace,
    Delete,
    DeleteWordLeft,
    DeleteWordRight,
    DeleteToStart,
    DeleteToEnd,
    Yank,
    Swap,
    Previous,
    Next,
    Search,
    Redraw,
}

/// <summary>One key.</summary>
internal readonly record struct Key(KeyAction Action, string Text = "");

/// <summary>Bytes of a terminal as keys: UTF-8, control characters, and the sequences of xterm and its kin.</summary>
internal sealed class KeyDecoder
{
    private const int LongestSequence = 16;

    private readonly List<byte> _pending = [];

    /// <summary>True inside of a sequence.</summary>
    internal bool IsPending => _pending.Count > 0;

    /// <summary>Takes one byte; the key it ends, or nothing yet.</summary>
    internal Key Take(byte value)
    {
        _pending.Add(value);
        byte first = _pending[0];
        if (first == 0x1B)
        {
            return TakeEscape();
        }

        if (first >= 0x80)
        {
            return TakeUtf8();
        }

        _pending.Clear();
        return Single(first);
    }

    private static Key Single(byte value) => value switch
    {
        0x01 => new(KeyAction.Home),
        0x02 => new(KeyAction.Left),
        0x03 => new(KeyAction.Interrupt),
        0x04 => new(KeyAction.EndOfInput),
        0x05 => new(KeyAction.End),
        0x06 => new(KeyAction.Right),
        0x08 or 0x7F => new(KeyAction.Backspace),
        0x09 => new(KeyAction.Complete),
        0x0A or 0x0D => new(KeyAction.Accept),
        0x0B => new(KeyAction.DeleteToEnd),
        0x0C => new(KeyAction.Redraw),
        0x0E => new(KeyAction.Next),
        0x10 => new(KeyAction.Previous),
        0x12 => new(KeyAction.Search),
        0x14 => new(KeyAction.Swap),
        0x15 => new(KeyAction.DeleteToStart),
        0x17 => new(KeyAction.DeleteWordLeft),
        0x19 => new(KeyAction.Yank),
        0x1A => new(KeyAction.Suspend),
        >= 0x20 and < 0x7F => new(KeyAction.Insert, ((char)value).ToString()),
        _ => default,
    };

    private Key TakeUtf8()
    {
        byte[] bytes = [.. _pending];
        OperationStatus status = Rune.DecodeFromUtf8(bytes, out Rune rune, out _);
        if (status == OperationStatus.NeedMoreData)
        {
            return default;
        }

        _pending.Clear();
        return status == OperationStatus.Done && !Rune.IsControl(rune) ? new(KeyAction.Insert, rune.ToString()) : default;
    }

    private Key TakeEscape()
    {
        if (_pending.Count < 2)
        {
            return default;
        }

        byte kind = _pending[1];
        byte last = _pending[^1];
        bool isSequence = kind is (byte)'[' or (byte)'O';
        if (isSequence && _pending.Count == 2)
        {
            return default;
        }

        // CSI: parameters, then one final byte from @ on.
        if (kind == (byte)'[' && last is >= 0x20 and < 0x40 && _pending.Count < LongestSequence)
        {
            return default;
        }

        string sequence = Encoding.Latin1.GetString([.. _pending], 1, _pending.Count - 1);
        _pending.Clear();
        return new(sequence switch
        {
            "[A" or "OA" => KeyAction.Previous,
            "[B" or "OB" => KeyAction.Next,
            "[C" or "OC" => KeyAction.Right,
            "[D" or "OD" => KeyAction.Left,
            "[H" or "OH" or "[1~" or "[7~" => KeyAction.Home,
            "[F" or "OF" or "[4~" or "[8~" => KeyAction.End,
            "[3~" => KeyAction.Delete,
            "[1;5C" or "[5C" or "[1;3C" or "f" => KeyAction.WordRight,
            "[1;5D" or "[5D" or "[1;3D" or "b" => KeyAction.WordLeft,
            "d" or "[3;5~" => KeyAction.DeleteWordRight,
            "\u007f" or "\b" => KeyAction.DeleteWordLeft,
            _ => KeyAction.None,
        });
    }
}
