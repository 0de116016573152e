namespace Meditron.Cli.Charts;

/// <summary>Round numbers to label an axis with.</summary>
internal static class Ticks
{
    /// <summary>Multiples of 1, 2 or 5 times a power of ten that lie in a range, about <paramref name="count"/> of them.</summary>
    public static IReadOnlyList<double> Between(double low, double high, int count)
    {
        if (!(high > low) || !double.IsFinite(high - low))
        {
            return [low];
        }

        var rough = (high - low) / Math.Max(1, count);
        var power = Math.Pow(10, Math.Floor(Math.Log10(rough)));
        var step = power * ((rough / power) switch
        {
            <= 1 => 1,
            <= 2 => 2,
            <= 5 => 5,
            _ => 10,
        });
        var first = Math.Ceiling(low / step - 1e-9);
        var last = Math.Floor(high / step + 1e-9);
        return [.. Enumerable.Range(0, (int)(last - first) + 1).Select(i => (first + i) * step)];
    }
}
