namespace Meditron.Training.Distributed.Coordination;

/// <summary>
/// How long a worker may be silent: as long as is set, or longer where signs of life have lately come late, since on a machine with more to do than
/// processors a silence of some length means nothing. In the manner of a phi-accrual detector, with the longest gap for the distribution.
/// </summary>
/// <param name="atLeast">The limit on a machine that has time.</param>
internal sealed class SilenceLimit(TimeSpan atLeast)
{
    /// <summary>A silence of so many times the longest gap between two signs of life is a failure.</summary>
    public const double Factor = 2.5;

    /// <summary>A gap is remembered for one to two such times.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    private TimeSpan windowBegan;
    private TimeSpan longest;
    private TimeSpan longestBefore;

    /// <summary>The limit now.</summary>
    public TimeSpan Current
    {
        get
        {
            var gap = longest > longestBefore ? longest : longestBefore;
            return gap * Factor > atLeast ? gap * Factor : atLeast;
        }
    }

    /// <summary>Two signs of life of a worker have come, with a gap between them.</summary>
    /// <param name="gap">The time between them.</param>
    /// <param name="now">When the second came, of a clock that only goes forward.</param>
    public void Add(TimeSpan gap, TimeSpan now)
    {
        if (now - windowBegan > Window)
        {
            longestBefore = now - windowBegan > 2 * Window ? TimeSpan.Zero : longest;
            longest = TimeSpan.Zero;
            windowBegan = now;
        }

        longest = gap > longest ? gap : longest;
    }
}
