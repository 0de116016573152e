using System.Globalization;

namespace Meditron.Training.Runs;

/// <summary>Memory of the machine.</summary>
public static class MachineMemory
{
    /// <summary>Bytes that can be allocated without swapping, within the limit of the container, if any.</summary>
    public static long AvailableBytes()
    {
        const string file = "/proc/meminfo";
        if (!File.Exists(file))
        {
            return GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        }

        var line = File.ReadLines(file).FirstOrDefault(text => text.StartsWith("MemAvailable:", StringComparison.Ordinal));
        var kibibytes = line is null ? long.MaxValue >> 10 : long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], CultureInfo.InvariantCulture);
        return Math.Min(kibibytes << 10, GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
    }

    /// <summary>Throws unless there is enough memory.</summary>
    /// <param name="needed">Bytes needed.</param>
    /// <param name="available">Bytes there are.</param>
    /// <exception cref="InsufficientMemoryException">There is not enough.</exception>
    public static void Require(long needed, long available)
    {
        if (needed > available)
        {
            throw new InsufficientMemoryException(
                $"The run needs {needed >> 20} MiB for weights, moments, gradients and activations, but {available >> 20} MiB are free. "
                + "Lower training.micro-batch or training.sequence-length, set training.recompute = full, or take a smaller model.");
        }
    }
}
