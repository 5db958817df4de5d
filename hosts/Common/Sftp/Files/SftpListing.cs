using System.Threading;
using System.Threading.Tasks;
using SshCore.Sftp;

namespace SshCore.Hosts.Sftp;

/// <summary>A sequence of names as an open directory: read only as far as the client asks.</summary>
public sealed class SftpListing : ISftpDirectory
{
    private readonly IEnumerator<SftpFileName>? _names;
    private readonly IAsyncEnumerator<SftpFileName>? _asyncNames;

    /// <summary>A listing of these names.</summary>
    public SftpListing(IEnumerable<SftpFileName> names) => _names = (names ?? throw new ArgumentNullException(nameof(names))).GetEnumerator();

    /// <summary>A listing of these names.</summary>
    public SftpListing(IAsyncEnumerable<SftpFileName> names) => _asyncNames = (names ?? throw new ArgumentNullException(nameof(names))).GetAsyncEnumerator();

    /// <inheritdoc/>
    public async ValueTask<SftpResult<int>> ReadAsync(Memory<SftpFileName> entries, CancellationToken cancellationToken)
    {
        int count = 0;
        while (count < entries.Length && (_names is not null ? _names.MoveNext() : await _asyncNames!.MoveNextAsync().ConfigureAwait(false)))
        {
            entries.Span[count++] = _names is not null ? _names.Current : _asyncNames!.Current;
        }

        return count;
    }

    /// <inheritdoc/>
    public async ValueTask<SftpStatus> CloseAsync()
    {
        _names?.Dispose();
        if (_asyncNames is not null)
        {
            await _asyncNames.DisposeAsync().ConfigureAwait(false);
        }

        return SftpStatus.Ok;
    }
}
