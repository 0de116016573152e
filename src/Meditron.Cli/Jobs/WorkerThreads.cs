using System.Globalization;

namespace Meditron.Cli.Jobs;

/// <summary>Tells worker processes with how many threads they compute.</summary>
internal static class WorkerThreads
{
    /// <summary>Overrides of the configuration: as many threads each as it says, or an equal part of the machine's cores, which those that are left share if one ends.</summary>
    /// <param name="threads">meditron.threads.</param>
    /// <param name="workers">Workers that train on this machine.</param>
    public static IReadOnlyList<string> Overrides(int threads, int workers)
    {
        var cores = Environment.ProcessorCount;
        var each = threads > 0 ? threads : Math.Max(1, cores / workers);
        return ["-c", string.Create(CultureInfo.InvariantCulture, $"meditron.threads={each}"), "-c", string.Create(CultureInfo.InvariantCulture, $"meditron.parallel.machine-threads={(threads > 0 ? 0 : cores)}")];
    }
}
