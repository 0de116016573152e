using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Meditron.Training.Tests.Parallel;

/// <summary>What a run ended with.</summary>
/// <param name="Reports">Of each step.</param>
/// <param name="ValidationLoss">After the last step.</param>
/// <param name="Weights">The fp32 weights, by name.</param>
/// <param name="Gradients">The last step's summed gradients, by name.</param>
internal sealed record LayoutResult(
    IReadOnlyList<StepReport> Reports, double? ValidationLoss, IReadOnlyDictionary<string, float[]> Weights, IReadOnlyDictionary<string, float[]> Gradients)
{
    /// <summary>SHA-256 of all weights in the order of their names.</summary>
    public string Hash
    {
        get
        {
            using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (var (_, values) in Weights.OrderBy(pair => pair.Key, StringComparer.Ordinal))
            {
                hash.AppendData(MemoryMarshal.AsBytes<float>(values));
            }

            return Convert.ToHexStringLower(hash.GetHashAndReset());
        }
    }

    /// <summary>Losses and norms with all their digits.</summary>
    public string Curve => string.Concat(Reports.Select(report => $"{report.Loss:R} {report.GradNorm:R}\n"));
}
