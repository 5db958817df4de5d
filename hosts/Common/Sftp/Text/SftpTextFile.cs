using System.IO;
using System.Runtime.CompilerServices;
using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>
/// A <see cref="BufferedFile"/> whose lines are text in UTF-8, U+FFFD for what is none: the file of a mode without <c>b</c>.
/// What is not about text is done on <see cref="File"/>, at any time.
/// </summary>
public sealed class SftpTextFile : IDisposable, IAsyncDisposable
{
    /// <summary>Text over a stream; the parameters are those of <see cref="BufferedFile"/>.</summary>
    public SftpTextFile(Stream stream, SftpFileMode mode, int bufferSize = -1, bool leaveOpen = false)
        : this(new BufferedFile(stream, mode, bufferSize, leaveOpen))
    {
    }

    /// <summary>Text over a file, which is closed with it.</summary>
    public SftpTextFile(BufferedFile file) => File = file ?? throw new ArgumentNullException(nameof(file));

    /// <summary>The same file as bytes, with its position.</summary>
    public BufferedFile File { get; }

    /// <inheritdoc cref="BufferedFile.Newlines"/>
    public SftpNewlines Newlines => File.Newlines;

    /// <summary>The text from here to the end; ends of lines stay as they are.</summary>
    public string ReadToEnd() => Text(File.ReadBytes());

    /// <inheritdoc cref="ReadToEnd"/>
    public async ValueTask<string> ReadToEndAsync(CancellationToken cancellationToken = default) =>
        Text(await File.ReadBytesAsync(-1, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="BufferedFile.ReadLine"/>
    public string ReadLine(int most = -1) => Text(File.ReadLine(most));

    /// <inheritdoc cref="BufferedFile.ReadLine"/>
    public async ValueTask<string> ReadLineAsync(int most = -1, CancellationToken cancellationToken = default) =>
        Text(await File.ReadLineAsync(most, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="BufferedFile.ReadLines"/>
    public IEnumerable<string> ReadLines()
    {
        var lines = File.ReadLines();
        return Lines();

        IEnumerable<string> Lines()
        {
            foreach (byte[] line in lines)
            {
                yield return Text(line);
            }
        }
    }

    /// <inheritdoc cref="BufferedFile.ReadLines"/>
    public IAsyncEnumerable<string> ReadLinesAsync(CancellationToken cancellationToken = default)
    {
        var lines = File.ReadLinesAsync(cancellationToken);
        return Lines(cancellationToken);

        async IAsyncEnumerable<string> Lines([EnumeratorCancellation] CancellationToken cancel)
        {
            await foreach (byte[] line in lines.WithCancellation(cancel).ConfigureAwait(false))
            {
                yield return Text(line);
            }
        }
    }

    /// <inheritdoc cref="BufferedFile.ReadAllLines"/>
    public IReadOnlyList<string> ReadAllLines(int sizeHint = -1) => Texts(File.ReadAllLines(sizeHint));

    /// <inheritdoc cref="BufferedFile.ReadAllLines"/>
    public async ValueTask<IReadOnlyList<string>> ReadAllLinesAsync(int sizeHint = -1, CancellationToken cancellationToken = default) =>
        Texts(await File.ReadAllLinesAsync(sizeHint, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc cref="BufferedFile.Write(string)"/>
    public void Write(string text) => File.Write(text);

    /// <inheritdoc cref="BufferedFile.Write(string)"/>
    public ValueTask WriteAsync(string text, CancellationToken cancellationToken = default) => File.WriteAsync(text, cancellationToken);

    /// <inheritdoc cref="BufferedFile.WriteLines(IEnumerable{string})"/>
    public void WriteLines(IEnumerable<string> lines) => File.WriteLines(lines);

    /// <inheritdoc cref="BufferedFile.WriteLines(IEnumerable{string})"/>
    public ValueTask WriteLinesAsync(IEnumerable<string> lines, CancellationToken cancellationToken = default) => File.WriteLinesAsync(lines, cancellationToken);

    /// <inheritdoc cref="BufferedFile.Flush"/>
    public void Flush() => File.Flush();

    /// <inheritdoc cref="BufferedFile.Flush"/>
    public Task FlushAsync(CancellationToken cancellationToken = default) => File.FlushAsync(cancellationToken);

    /// <summary>Writes what waits and closes the file.</summary>
    public void Dispose() => File.Dispose();

    /// <inheritdoc cref="Dispose"/>
    public ValueTask DisposeAsync() => File.DisposeAsync();

    private static string Text(byte[] bytes) => new SftpPath(bytes).ToString();

    private static string[] Texts(IReadOnlyList<byte[]> lines)
    {
        var texts = new string[lines.Count];
        for (int i = 0; i < texts.Length; i++)
        {
            texts[i] = Text(lines[i]);
        }

        return texts;
    }
}
