namespace Meditron.Actors.Pattern;

/// <summary>The pause before a restart: doubled each time up to a limit, with a random part so that many do not restart together.</summary>
internal static class BackoffDelay
{
    internal static TimeSpan Calculate(int restartCount, TimeSpan minBackoff, TimeSpan maxBackoff, double randomFactor, Random random)
    {
        double factor = 1.0 + (random.NextDouble() * randomFactor);
        double ticks = restartCount >= 30 ? maxBackoff.Ticks : Math.Min(maxBackoff.Ticks, minBackoff.Ticks * Math.Pow(2, restartCount));
        double total = ticks * factor;
        return total >= TimeSpan.MaxValue.Ticks ? TimeSpan.MaxValue : TimeSpan.FromTicks((long)total);
    }
}
