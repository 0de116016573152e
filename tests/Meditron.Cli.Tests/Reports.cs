using Meditron.Training;

namespace Meditron.Cli.Tests;

/// <summary>Reports of an invented run.</summary>
internal static class Reports
{
    public static StepReport At(int step, double loss, double? validation = null, int total = 100, bool skipped = false) =>
        new(step, total, loss, validation, 1e-3, 1.25, skipped, step * 2048L, 4000 + step, 60, TimeSpan.FromSeconds(step));

    public static List<StepReport> Run(int steps) =>
        [.. Enumerable.Range(1, steps).Select(step => At(step, 3 + (5 / Math.Sqrt(step)), step % 10 == 0 ? 3.2 + (5 / Math.Sqrt(step)) : null, steps))];
}
