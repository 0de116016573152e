using System.Security.Cryptography;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli.Tests;

/// <summary>The content of a checkpoint as a number, whatever layout wrote it.</summary>
internal static class CheckpointBits
{
    /// <summary>A hash of all weights and moments.</summary>
    public static string Hash(CheckpointReader reader)
    {
        using var source = reader.OpenSource();
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var tensor in reader.Manifest.Tensors.OrderBy(tensor => tensor.Name, StringComparer.Ordinal))
        {
            using var values = Torch.torch.zeros(tensor.Shape.Aggregate(1L, (product, size) => product * size));
            source.Read(tensor.Name, 0, values);
            hash.AppendData(values.bytes(0, (int)values.nbytes));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }
}
