namespace SshCore.Channels;

/// <summary>
/// Counts the peer's channel opens over a sliding minute, in buckets of a second: the current second and the sixty
/// before it, so that no minute ever has more than the limit.
/// </summary>
internal sealed class OpenRate
{
    private const int Buckets = 61;

    private readonly int _limit;
    private readonly int[] _opens = new int[Buckets];
    private long _second = long.MinValue;
    private int _total;

    public OpenRate(int perMinute) => _limit = perMinute;

    /// <summary>Counts one open. False if the minute has had its fill.</summary>
    public bool TryCount(SshInstant now)
    {
        Advance(now.SinceOrigin.Ticks / TimeSpan.TicksPerSecond);
        if (_total >= _limit)
        {
            return false;
        }

        _total++;
        _opens[Index(_second)]++;
        return true;
    }

    private static int Index(long second) => (int)(((second % Buckets) + Buckets) % Buckets);

    private void Advance(long second)
    {
        if (_second == long.MinValue || second - _second >= Buckets)
        {
            Array.Clear(_opens, 0, Buckets);
            _total = 0;
            _second = second;
        }

        while (_second < second)
        {
            _second++;
            _total -= _opens[Index(_second)];
            _opens[Index(_second)] = 0;
        }
    }
}
