namespace Meditron.Actors.Remote;

/// <summary>The last intervals between heartbeats, with their running mean and deviation.</summary>
internal sealed class HeartbeatHistory(int maxSampleSize)
{
    private readonly long[] _intervals = new long[maxSampleSize];
    private int _next;
    private long _sum;
    private double _squares;

    /// <summary>How many intervals are held.</summary>
    public int Count { get; private set; }

    /// <summary>Mean interval in milliseconds.</summary>
    public double Mean => (double)_sum / Count;

    /// <summary>Standard deviation of the population in milliseconds.</summary>
    public double StdDeviation => Math.Sqrt(Math.Max(0, (_squares / Count) - (Mean * Mean)));

    /// <summary>Adds an interval, forgetting the oldest one where the window is full.</summary>
    public void Add(long interval)
    {
        if (Count == _intervals.Length)
        {
            var oldest = _intervals[_next];
            _sum -= oldest;
            _squares -= (double)oldest * oldest;
        }
        else
        {
            Count++;
        }

        _intervals[_next] = interval;
        _sum += interval;
        _squares += (double)interval * interval;
        _next = (_next + 1) % _intervals.Length;
    }
}
