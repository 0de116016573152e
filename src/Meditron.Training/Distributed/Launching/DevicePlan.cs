using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Launching;

/// <summary>Decides which device each worker process of a machine computes on; a pure function.</summary>
public static class DevicePlan
{
    /// <summary>The devices by slot: processes share a CPU, but no GPU.</summary>
    /// <param name="setting"><c>meditron.device</c>: auto, cpu, cuda or cuda:N.</param>
    /// <param name="gpus">CUDA devices that the machine has.</param>
    /// <param name="parallel">The layout and the standbys.</param>
    /// <exception cref="ConfigurationException">There are more processes than devices.</exception>
    public static IReadOnlyList<string> Assign(string setting, int gpus, ParallelSettings parallel)
    {
        ArgumentNullException.ThrowIfNull(parallel);
        return Assign(setting, gpus, parallel.Layout.World + parallel.Standbys, $"meditron.parallel asks for {parallel.Layout.World} ranks ({parallel.Layout}) and {parallel.Standbys} standbys");
    }

    /// <summary>The devices by slot.</summary>
    /// <param name="setting"><c>meditron.device</c>.</param>
    /// <param name="gpus">CUDA devices that the machine has.</param>
    /// <param name="processes">Processes to start.</param>
    /// <param name="asked">Who asks for so many, for the message.</param>
    /// <exception cref="ConfigurationException">There are more processes than devices.</exception>
    public static IReadOnlyList<string> Assign(string setting, int gpus, int processes, string asked)
    {
        ArgumentNullException.ThrowIfNull(setting);
        if (setting == "cpu" || (setting == "auto" && gpus == 0))
        {
            return [.. Enumerable.Repeat("cpu", processes)];
        }

        var (devices, source) = setting.Contains(':', StringComparison.Ordinal)
            ? ([setting], $"meditron.device = {setting} names one device")
            : ((string[])[.. Enumerable.Range(0, gpus).Select(index => $"cuda:{index}")], $"this machine has {gpus} CUDA device{(gpus == 1 ? "" : "s")} (meditron.device = {setting})");
        return processes <= devices.Length
            ? devices[..processes]
            : throw new ConfigurationException(
                $"{asked}, but {source}, and a device takes one rank. Lower the degrees, spread the job over machines (meditron node --role launcher), or set meditron.device = cpu.");
    }
}
