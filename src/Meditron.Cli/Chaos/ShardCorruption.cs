using System.Globalization;
using Meditron.Training.Checkpoints;
using Meditron.Training.Runs;

namespace Meditron.Cli.Chaos;

/// <summary>Flips one bit of a run's newest checkpoint.</summary>
internal static class ShardCorruption
{
    /// <summary>Flips it.</summary>
    /// <returns>What was done.</returns>
    public static string Run(RunFolder folder, Random random)
    {
        if (new CheckpointStore(folder.Checkpoints).List() is not [.., var newest])
        {
            return "no checkpoint is there yet";
        }

        var files = Directory.EnumerateFiles(newest.Path, "*.safetensors").Order(StringComparer.Ordinal).ToList();
        using var stream = new FileStream(files[random.Next(files.Count)], FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite);
        var position = random.NextInt64(stream.Length);
        var bit = random.Next(8);
        stream.Position = position;
        var value = stream.ReadByte();
        stream.Position = position;
        stream.WriteByte((byte)(value ^ (1 << bit)));
        return string.Create(CultureInfo.InvariantCulture, $"bit {bit} of byte {position} of {stream.Name} was flipped");
    }
}
