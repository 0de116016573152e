namespace Meditron.Training.Distributed.Coordination;

/// <summary>When a worker has been heard, and how long it may be silent.</summary>
/// <param name="since">When it registered, or long before that for one that has trained under an earlier incarnation.</param>
internal sealed class SignsOfLife(TimeSpan since)
{
    /// <summary>So many signs of life in a row that come in time show that the machine has time for the process.</summary>
    public const int Enough = 10;

    private TimeSpan heard;
    private TimeSpan longestGap;
    private bool hasRehearsed;
    private int inTime;

    /// <summary>Whether signs of life have come in time for a while, since it has compiled its code: until then it may just have too little of a processor.</summary>
    private bool IsSteady => inTime >= Enough;

    /// <summary>It has compiled its code: how late it was before says nothing of how late it will be.</summary>
    public void Rehearsed()
    {
        if (!hasRehearsed)
        {
            (hasRehearsed, longestGap, heard) = (true, TimeSpan.Zero, TimeSpan.Zero);
        }
    }

    /// <summary>A sign of life.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="limit">Told of the gap before it, where the worker is not young.</param>
    public void Hear(TimeSpan now, SilenceLimit limit)
    {
        var (gap, isFirst) = (now - heard, heard == TimeSpan.Zero);
        heard = now;
        if (isFirst)
        {
            return;
        }

        if (!IsSteady && (hasRehearsed || IsGrown(now)))
        {
            inTime = gap <= limit.InTime ? inTime + 1 : 0;
        }

        if (IsSteady && IsGrown(now))
        {
            limit.Add(gap, now);
        }
        else if (gap > longestGap)
        {
            longestGap = gap;
        }
    }

    /// <summary>The one who listens was itself late, which is nobody's silence.</summary>
    public void Excuse(TimeSpan late) => heard += late;

    /// <summary>For how long it has been silent, where that is too long; else null.</summary>
    public TimeSpan? SilentFor(TimeSpan now, SilenceLimit limit)
    {
        var most = IsSteady ? IsGrown(now) ? limit.Current : limit.For(longestGap) : limit.Unsteady(longestGap);
        return heard > TimeSpan.Zero && now - heard is var silence && silence > most ? silence : null;
    }

    private bool IsGrown(TimeSpan now) => now - since > SilenceLimit.Youth;
}
