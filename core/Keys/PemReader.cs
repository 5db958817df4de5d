using SshCore.Buffers;
using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Keys;

/// <summary>One armoured block (RFC 7468, RFC 1421): its label, its headers and its decoded body.</summary>
internal sealed class PemBlock : IDisposable
{
    public string Label { get; set; } = "";

    /// <summary>Line of the BEGIN, from 1.</summary>
    public int Line { get; set; }

    public List<KeyValuePair<string, string>> Headers { get; } = [];

    public SecretBytes Body { get; set; } = new();

    public string Header(string name)
    {
        foreach (var header in Headers)
        {
            if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
            {
                return header.Value;
            }
        }

        return "";
    }

    public void Dispose() => Body.Dispose();
}

/// <summary>
/// Takes armoured blocks out of a text, one after the other. Text around blocks is skipped; CR LF, trailing blanks and
/// blank lines are tolerated; inside a block everything else that is not base64 is an error with its line.
/// </summary>
internal ref struct PemReader
{
    private const int MaxHeaders = 16;

    private ReadOnlySpan<byte> _rest;
    private int _line;

    public PemReader(ReadOnlySpan<byte> text)
    {
        _rest = text;
        _line = 0;
    }

    /// <summary>The next block; null with no error at the end of the text.</summary>
    public PemBlock? Next(out SshError? error)
    {
        error = null;
        while (TryReadLine(out var line))
        {
            if (Label(line, "-----BEGIN "u8) is { } label)
            {
                var block = new PemBlock { Label = label, Line = _line };
                error = ReadBlock(block);
                if (error is null)
                {
                    return block;
                }

                block.Dispose();
                return null;
            }
        }

        return null;
    }

    private SshError? ReadBlock(PemBlock block)
    {
        var start = _rest;
        int bodyLength = 0;
        bool inBody = false;
        while (TryReadLine(out var line))
        {
            if (Label(line, "-----END "u8) is { } end)
            {
                return string.Equals(end, block.Label, StringComparison.Ordinal)
                    ? Decode(block, start.Slice(0, bodyLength))
                    : Error($"-----END {block.Label}-----", $"-----END {Utf8.Printable(end, maxLength: 64)}-----");
            }

            if (!inBody && line.IndexOf((byte)':') is var colon and > 0)
            {
                if (block.Headers.Count == MaxHeaders)
                {
                    return Error($"at most {MaxHeaders} headers", "more");
                }

                string name = Utf8.Decode(line.Slice(0, colon)).Trim();
                block.Headers.Add(new(name, Utf8.Decode(line.Slice(colon + 1)).Trim()));
                start = _rest;
                continue;
            }

            if (line.IsEmpty && !inBody)
            {
                start = _rest;
                continue;
            }

            inBody = true;
            foreach (byte c in line)
            {
                if (!Base64.IsDigit(c) && c != (byte)'=')
                {
                    return Error("base64", "another character");
                }
            }

            bodyLength = start.Length - _rest.Length;
        }

        return Error($"-----END {block.Label}-----", "the end of the file");
    }

    private readonly SshError? Decode(PemBlock block, ReadOnlySpan<byte> body)
    {
        if (!Base64.TryDecode(body, skipBlanks: true, out var bytes))
        {
            bytes.Dispose();
            return Error("complete base64", "a wrong length, padding or unused bits");
        }

        block.Body = bytes;
        return null;
    }

    private readonly SshError Error(string expected, string got) =>
        new(SshErrorKind.InvalidMessage, $"The key file is damaged at line {_line}", expected, got);

    private bool TryReadLine(out ReadOnlySpan<byte> line)
    {
        line = default;
        if (_rest.IsEmpty)
        {
            return false;
        }

        int end = _rest.IndexOf((byte)'\n');
        line = end < 0 ? _rest : _rest.Slice(0, end);
        _rest = end < 0 ? default : _rest.Slice(end + 1);
        _line++;
        while (!line.IsEmpty && line[line.Length - 1] is (byte)'\r' or (byte)' ' or (byte)'\t')
        {
            line = line.Slice(0, line.Length - 1);
        }

        if (_line == 1 && line.StartsWith("\uFEFF"u8))
        {
            line = line.Slice(3);
        }

        return true;
    }

    /// <summary>The label of a boundary line; null if the line is not one.</summary>
    private static string? Label(ReadOnlySpan<byte> line, ReadOnlySpan<byte> prefix)
    {
        if (!line.StartsWith(prefix) || !line.EndsWith("-----"u8) || line.Length < prefix.Length + 5)
        {
            return null;
        }

        return Utf8.Decode(line.Slice(prefix.Length, line.Length - prefix.Length - 5));
    }
}
