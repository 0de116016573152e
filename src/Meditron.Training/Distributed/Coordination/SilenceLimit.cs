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

    /// <summary>A young process may be silent for so many times as long as is set, until it has rehearsed.</summary>
    public const int YoungFactor = 3;

    /// <summary>A gap is remembered for one to two such times.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromMinutes(1);

    /// <summary>How long a process is young after it has registered: what it says late, as it still compiles its code, says nothing of the machine.</summary>
    public static readonly TimeSpan Youth = TimeSpan.FromSeconds(10);

    private TimeSpan windowBegan;
    private TimeSpan longest;
    private TimeSpan longestBefore;

    /// <summary>The limit now.</summary>
    public TimeSpan Current => Max(atLeast, Factor * Max(longest, longestBefore));

    /// <summary>The limit of a worker.</summary>
    /// <param name="age">How long it has been registered.</param>
    /// <param name="hasRehearsed">Whether it has compiled its code and waits, or waited, for a rank.</param>
    /// <param name="longestGap">The longest gap between two of its own signs of life while it was young, since it has rehearsed.</param>
    public TimeSpan Of(TimeSpan age, bool hasRehearsed, TimeSpan longestGap)
    {
        if (age > Youth)
        {
            return Current;
        }

        var least = hasRehearsed ? Current : Max(Current, YoungFactor * atLeast);
        return Max(least, Factor * longestGap);
    }

    /// <summary>Two signs of life of a worker that is not young have come, with a gap between them.</summary>
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
