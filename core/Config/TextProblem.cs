using SshCore.Errors;

namespace SshCore.Config;

/// <summary>A line of a file that was not understood.</summary>
/// <param name="FileName">Name of the file, as the caller gave it.</param>
/// <param name="LineNumber">Line, from 1.</param>
/// <param name="Error">What is wrong with it.</param>
public sealed record TextProblem(string FileName, int LineNumber, SshError Error)
{
    /// <summary><c>file:line: error</c>.</summary>
    public override string ToString() => $"{FileName}:{LineNumber}: {Error}";
}
