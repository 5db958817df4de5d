using SshCore.Errors;
using SshCore.Wire;

namespace SshCore.Transport;

/// <summary>
/// Reads the peer's identification (RFC 4253 §4.2): lines end in CR LF or LF; a client skips other lines first; versions
/// 2.0 and 1.99 are accepted (§5.1).
/// </summary>
internal sealed class VersionExchange
{
    private readonly bool _isServer;
    private readonly SshLimits _limits;
    private readonly List<string> _linesBefore = [];
    private int _bytesBefore;

    public VersionExchange(bool isServer, SshLimits limits)
    {
        _isServer = isServer;
        _limits = limits;
    }

    /// <summary>The identification without its line end; null until it came.</summary>
    public string? Identification { get; private set; }

    public IReadOnlyList<string> LinesBefore => _linesBefore;

    /// <summary>Handles complete lines. Returns the bytes used; an error once the peer cannot be served.</summary>
    public int Read(ReadOnlySpan<byte> unread, out SshError? error)
    {
        int used = 0;
        error = null;
        while (Identification is null && error is null)
        {
            var rest = unread.Slice(used);
            int end = rest.IndexOf((byte)'\n');
            if (end < 0)
            {
                error = CheckUnfinished(rest);
                return used;
            }

            used += end + 1;
            var line = rest.Slice(0, end);
            if (!line.IsEmpty && line[line.Length - 1] == (byte)'\r')
            {
                line = line.Slice(0, line.Length - 1);
            }

            error = OnLine(line, end + 1);
        }

        return used;
    }

    private static bool IsIdentification(ReadOnlySpan<byte> line) => line.StartsWith("SSH-"u8);

    private SshError? OnLine(ReadOnlySpan<byte> line, int lengthWithEnd)
    {
        if (IsIdentification(line))
        {
            return OnIdentification(line, lengthWithEnd);
        }

        if (_isServer)
        {
            return NotSsh(line);
        }

        // "The server MAY send other lines of data before sending the version string."
        _bytesBefore += lengthWithEnd;
        if (_linesBefore.Count == _limits.PreBannerLines)
        {
            return TooMuch($"at most {_limits.PreBannerLines} lines before the identification");
        }

        if (lengthWithEnd > _limits.PreBannerLineLength || _bytesBefore > _limits.PreBannerBytes)
        {
            return TooMuch($"lines of {_limits.PreBannerLineLength} bytes and {_limits.PreBannerBytes} bytes in all before the identification");
        }

        if (line.IndexOf((byte)0) >= 0)
        {
            return new SshError(SshErrorKind.InvalidMessage, "A NUL byte stands before the identification.", "text lines");
        }

        _linesBefore.Add(Utf8.Printable(Utf8.Decode(line)));
        return null;
    }

    private SshError? OnIdentification(ReadOnlySpan<byte> line, int lengthWithEnd)
    {
        // "The maximum length of the string is 255 characters, including the Carriage Return and Line Feed."
        if (lengthWithEnd > _limits.IdentificationLength)
        {
            return TooMuch($"an identification of at most {_limits.IdentificationLength} bytes");
        }

        foreach (byte b in line)
        {
            if (b is < 0x20 or > 0x7e)
            {
                return new SshError(SshErrorKind.InvalidMessage, "The identification has a character that is not printable US-ASCII.", Got: $"0x{b:X2}");
            }
        }

        string text = Utf8.Ascii(line);
        bool is20 = text.StartsWith("SSH-2.0-", StringComparison.Ordinal);
        bool is199 = text.StartsWith("SSH-1.99-", StringComparison.Ordinal);
        if (!is20 && !is199)
        {
            return new SshError(SshErrorKind.Incompatible, "The peer speaks another protocol version.", "SSH-2.0 or SSH-1.99", text)
            {
                Reason = DisconnectReason.ProtocolVersionNotSupported,
            };
        }

        if (text.Length == (is20 ? 8 : 9))
        {
            return new SshError(SshErrorKind.InvalidMessage, "The identification has no software version.", "SSH-2.0-softwareversion", text);
        }

        Identification = text;
        return null;
    }

    private SshError? CheckUnfinished(ReadOnlySpan<byte> rest)
    {
        if (IsIdentification(rest) || _isServer)
        {
            int shared = Math.Min(rest.Length, 4);
            if (_isServer && !rest.Slice(0, shared).SequenceEqual("SSH-"u8.Slice(0, shared)))
            {
                return NotSsh(rest);
            }

            return rest.Length >= _limits.IdentificationLength
                ? TooMuch($"an identification of at most {_limits.IdentificationLength} bytes")
                : null;
        }

        return rest.Length >= _limits.PreBannerLineLength || _bytesBefore + rest.Length > _limits.PreBannerBytes
            ? TooMuch($"lines of {_limits.PreBannerLineLength} bytes and {_limits.PreBannerBytes} bytes in all before the identification")
            : null;
    }

    private static SshError NotSsh(ReadOnlySpan<byte> line) =>
        new(SshErrorKind.InvalidMessage, "The peer does not speak SSH.", "SSH-2.0-…", Utf8.Printable(Utf8.Decode(line), maxLength: 40));

    private static SshError TooMuch(string expected) =>
        new(SshErrorKind.LimitExceeded, "The peer sends too much before it identifies itself.", expected);
}
