using System.Globalization;

namespace Meditron.ActorBench;

/// <summary>Medians and percentiles of measured values.</summary>
internal static class Median
{
    public static double Of(IEnumerable<double> values) => Percentile(values, 50);

    public static double Percentile(IEnumerable<double> values, double percent)
    {
        var sorted = values.Order().ToArray();
        return sorted[(int)Math.Min(sorted.Length - 1, Math.Floor(sorted.Length * percent / 100))];
    }

    /// <summary>Runs a measurement several times after one that is thrown away; prints its median and the single values.</summary>
    public static async Task Print(string name, string unit, int times, Func<Task<double>> measure)
    {
        await measure();
        var values = new List<double>();
        for (var i = 0; i < times; i++)
        {
            values.Add(await measure());
        }

        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-44} {Of(values),12:F2} {unit}   (of {string.Join(", ", values.Select(v => v.ToString("F2", CultureInfo.InvariantCulture)))})"));
    }
}
