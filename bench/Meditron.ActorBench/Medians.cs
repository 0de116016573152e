using System.Globalization;

namespace Meditron.ActorBench;

/// <summary>Medians of repeated runs, and percentiles.</summary>
internal static class Medians
{
    public static double Median(IEnumerable<double> values) => Percentile([.. values.Order()], 0.5);

    /// <summary>The value below which a part of the sorted values lies.</summary>
    public static double Percentile(double[] sorted, double part) => sorted[Math.Min(sorted.Length - 1, (int)(part * sorted.Length))];

    public static string Text(double value, string format = "F1") => value.ToString(format, CultureInfo.InvariantCulture);
}
