namespace SshCore.Sftp;

/// <summary>
/// How many bytes of READs are kept in flight: twice what the path carries in a round trip, by the fastest round seen lately
/// and the shortest round trip seen at all. It starts with what fills most paths, so that there is no slow start, and grows
/// with every byte until a round shows that the path is full. Without a clock that moves it stays as it is.
/// </summary>
internal struct SftpReadWindow
{
    private const long Smallest = 2 * 1024 * 1024;
    private const long Initial = 8 * 1024 * 1024;
    private const int RoundsKept = 8;
    private static readonly TimeSpan ShortestRound = TimeSpan.FromMilliseconds(5);

    private readonly long _largest;
    private readonly double[] _rates; // bytes for each tick
    private TimeSpan? _roundTrip;
    private SshInstant? _roundStart;
    private long _roundBytes;
    private int _round;
    private bool _isFull;

    public SftpReadWindow(long largest)
    {
        _largest = largest;
        _rates = new double[RoundsKept];
        Size = Math.Min(Initial, largest);
    }

    public long Size { get; private set; }

    /// <summary>A request was answered after that time.</summary>
    public void OnRoundTrip(TimeSpan time)
    {
        if (time > TimeSpan.Zero && (_roundTrip is null || time < _roundTrip))
        {
            _roundTrip = time;
        }
    }

    /// <summary>The first READs after a pause go out: time without work is no measure, nor is that until the first answer.</summary>
    public void OnPause() => _roundStart = null;

    /// <summary>Data came.</summary>
    public void OnData(int bytes, SshInstant now)
    {
        if (_roundStart is not { } start)
        {
            _roundStart = now;
            _roundBytes = 0;
            return;
        }

        _roundBytes += bytes;
        var elapsed = now - start;
        if (_roundTrip is not { } trip || elapsed < ShortestRound || elapsed < trip)
        {
            if (!_isFull && elapsed > TimeSpan.Zero)
            {
                Size = Math.Min(Size + bytes, _largest);
            }

            return;
        }

        EndRound(elapsed, trip, now);
    }

    private void EndRound(TimeSpan elapsed, TimeSpan trip, SshInstant now)
    {
        _rates[_round++ % RoundsKept] = _roundBytes / (double)elapsed.Ticks;
        _roundStart = now;
        _roundBytes = 0;
        double best = 0;
        foreach (double rate in _rates)
        {
            best = Math.Max(best, rate);
        }

        double wanted = 2 * best * trip.Ticks;
        _isFull |= wanted < Size;
        if (_isFull)
        {
            Size = wanted >= _largest ? _largest : Math.Min(Math.Max((long)wanted, Smallest), _largest);
        }
    }
}
