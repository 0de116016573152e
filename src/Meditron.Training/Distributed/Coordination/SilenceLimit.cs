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

    /// <summary>A process of which nobody knows yet that it has enough of a processor may be silent for so many times as long as is set.</summary>
    public const int UnsteadyFactor = 3;

    /// <summary>A gap is remembered for one to two such times.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>How long a process is young after it has registered: what it says late, as it still compiles its code, says nothing of the machine.</summary>
    public static readonly TimeSpan Youth = TimeSpan.FromSeconds(10);

    private TimeSpan windowBegan;
    private TimeSpan longest;
    private TimeSpan longestBefore;

    /// <summary>The limit now.</summary>
    public TimeSpan Current => Max(atLeast, Factor * Max(longest, longestBefore));

    /// <summary>A gap that leaves the limit as it is set.</summary>
    public TimeSpan InTime => atLeast / Factor;

    /// <summary>The limit of a young worker whose signs of life come in time.</summary>
    /// <param name="longestGap">The longest gap between two of its own, since it has compiled its code.</param>
    public TimeSpan For(TimeSpan longestGap) => Max(Current, Factor * longestGap);

    /// <summary>The limit of one whose signs of life have not come in time for long enough.</summary>
    /// <param name="longestGap">The longest gap between two of its own.</param>
    public TimeSpan Unsteady(TimeSpan longestGap) => Max(UnsteadyFactor * atLeast, For(longestGap));

    /// <summary>Two signs of life of a worker that is neither young nor unsteady have come, with a gap between them.</summary>
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

        longest = Max(longest, gap);
    }

    private static TimeSpan Max(TimeSpan one, TimeSpan other) => one > other ? one : other;
}
