using System.Globalization;

namespace SshCore.Benchmarks;

/// <summary>The words behind <c>sftp</c>.</summary>
/// <param name="Program">A published program whose <c>sftp</c> is measured too; null: none.</param>
/// <param name="MiB">Length of the large file.</param>
/// <param name="Rounds">Rounds that count, behind one that does not.</param>
/// <param name="Stock">Whether the server is sshd with its sftp-server rather than ours.</param>
/// <param name="Only">A word that the case's name has to have; empty: all cases.</param>
internal sealed record SftpOptions(string? Program, int MiB, int Rounds, bool Stock, string Only)
{
    /// <summary>Null if the words are not understood.</summary>
    public static SftpOptions? Parse(string[] words)
    {
        var options = new SftpOptions(null, 512, 3, false, "");
        for (int i = 0; i < words.Length; i++)
        {
            string value = i + 1 < words.Length ? words[i + 1] : "";
            switch (words[i])
            {
                case "--mib" when int.TryParse(value, CultureInfo.InvariantCulture, out int mebibytes) && mebibytes is > 0 and <= 16384:
                    options = options with { MiB = mebibytes };
                    i++;
                    break;
                case "--rounds" when int.TryParse(value, CultureInfo.InvariantCulture, out int rounds) && rounds is > 0 and <= 100:
                    options = options with { Rounds = rounds };
                    i++;
                    break;
                case "--server" when value is "ours" or "sshd":
                    options = options with { Stock = value == "sshd" };
                    i++;
                    break;
                case "--only" when value.Length > 0:
                    options = options with { Only = value };
                    i++;
                    break;
                case { Length: > 0 } program when program[0] != '-' && options.Program is null:
                    options = options with { Program = program };
                    break;
                default:
                    return null;
            }
        }

        return options;
    }
}
