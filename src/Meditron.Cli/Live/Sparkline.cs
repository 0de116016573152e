namespace Meditron.Cli.Live;

/// <summary>Draws a row of numbers as a line of block characters.</summary>
internal static class Sparkline
{
    private const string Blocks = "▁▂▃▄▅▆▇█";

    /// <summary>At most <paramref name="width"/> characters, each the mean of an equal part of the values; values that are not finite are left out.</summary>
    public static string Draw(IReadOnlyList<double> values, int width)
    {
        var finite = values.Where(double.IsFinite).ToArray();
        if (finite.Length == 0 || width <= 0)
        {
            return "";
        }

        var count = Math.Min(width, finite.Length);
        var means = new double[count];
        for (var i = 0; i < count; i++)
        {
            var from = (int)((long)i * finite.Length / count);
            var to = (int)((long)(i + 1) * finite.Length / count);
            means[i] = finite.AsSpan(from, to - from).ToArray().Average();
        }

        var (low, high) = (means.Min(), means.Max());
        return string.Concat(means.Select(value => Blocks[high > low ? (int)Math.Min(Blocks.Length - 1, (value - low) / (high - low) * Blocks.Length) : 0]));
    }
}
