using System.Globalization;
using System.Text;
using SshCore.Cli.Sftp.Text;

namespace SshCore.Cli.Sftp.Terminal;

/// <summary>How far a transfer is.</summary>
/// <param name="Done">Bytes transferred, with those that were there before.</param>
/// <param name="Total">Bytes in all.</param>
/// <param name="BytesPerSecond">The rate of the last while, or of the whole transfer when it is over.</param>
/// <param name="Elapsed">Time since the start.</param>
/// <param name="Stalled">Time without any progress.</param>
internal readonly record struct ProgressState(long Done, long Total, long BytesPerSecond, TimeSpan Elapsed, TimeSpan Stalled);

/// <summary>The line that shows it: name, share, amount, rate, and the time left or taken.</summary>
internal static class ProgressLine
{
    private const int FiguresWidth = 36;
    private static readonly TimeSpan StallTime = TimeSpan.FromSeconds(5);

    /// <summary>The line, at most <paramref name="width"/> columns, without carriage return. The name is escaped here.</summary>
    internal static string Format(string name, in ProgressState state, int width)
    {
        var line = new StringBuilder();
        int room = width - FiguresWidth;
        if (room > 0)
        {
            AppendName(line, TerminalText.ShowLine(name), room);
        }

        long share = state.Total <= 0 || state.Done >= state.Total ? 100 : (long)((Int128)state.Done * 100 / state.Total);
        line.Append(CultureInfo.InvariantCulture, $" {share,3}% {Scaled.Amount(state.Done)} {Scaled.Rate(state.BytesPerSecond)}/s {Time(state)}");
        return width > 0 && line.Length > width && room <= 0 ? line.ToString(0, width) : line.ToString();
    }

    private static void AppendName(StringBuilder line, string name, int room)
    {
        int used = 0;
        foreach (Rune rune in name.EnumerateRunes())
        {
            int width = TerminalText.Width(rune);
            if (used + width > room)
            {
                break;
            }

            line.Append(rune.ToString());
            used += width;
        }

        line.Append(' ', room - used);
    }

    private static string Time(in ProgressState state)
    {
        long left = Math.Max(0, state.Total - state.Done);
        if (left > 0 && state.Stalled >= StallTime)
        {
            return "- stalled -";
        }

        if (left > 0 && state.BytesPerSecond == 0)
        {
            return "  --:-- ETA";
        }

        long seconds = left > 0 ? left / state.BytesPerSecond : (long)state.Elapsed.TotalSeconds;
        (long hours, long minutes) = (seconds / 3600, seconds / 60 % 60);
        string time = hours > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{hours}:{minutes:00}:{seconds % 60:00}")
            : string.Create(CultureInfo.InvariantCulture, $"  {minutes:00}:{seconds % 60:00}");
        return time + (left > 0 ? " ETA" : "    ");
    }
}
