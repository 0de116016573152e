using System.Diagnostics;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;

namespace Meditron.Cmd.Palettes;

/// <summary>What the platform tells of this process.</summary>
internal static class ProcessFacts
{
    /// <summary>An assembly's version as it was built, without the commit.</summary>
    public static string VersionOf(Assembly assembly) =>
        assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? assembly.GetName().Version?.ToString() ?? "unknown";

    /// <summary>Runtime, process, memory and threads, as they are now.</summary>
    public static IEnumerable<(string Name, string Value)> Read()
    {
        using var process = Process.GetCurrentProcess();
        var memory = GC.GetGCMemoryInfo();
        ThreadPool.GetMaxThreads(out var mostWorkers, out _);
        ThreadPool.GetAvailableThreads(out var freeWorkers, out _);
        return
        [
            ("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
            ("machine", $"{Environment.MachineName}, {RuntimeInformation.OSDescription}, {Environment.ProcessorCount} processors"),
            ("process", string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId}, processor time {process.TotalProcessorTime.TotalSeconds:0.0} s")),
            ("memory", $"{Size(process.WorkingSet64)} resident, {Size(GC.GetTotalMemory(forceFullCollection: false))} managed, of {Size(memory.TotalAvailableMemoryBytes)}"),
            ("collections", $"{GC.CollectionCount(0)} / {GC.CollectionCount(1)} / {GC.CollectionCount(2)} of generations 0 / 1 / 2"),
            ("threads", $"{process.Threads.Count}, of which {ThreadPool.ThreadCount} in the pool, {mostWorkers - freeWorkers} busy; {ThreadPool.PendingWorkItemCount} work items wait"),
        ];
    }

    private static string Size(long bytes)
    {
        string[] units = ["B", "KiB", "MiB", "GiB", "TiB"];
        var value = (double)bytes;
        var unit = 0;
        while (value >= 1024 && unit < units.Length - 1)
        {
            value /= 1024;
            unit++;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{value:0.#} {units[unit]}");
    }
}
