using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Finds where a worker disagrees with its job.</summary>
public static class Fingerprints
{
    /// <summary>Compares a worker's fingerprint with the job's.</summary>
    /// <returns>The first disagreement, with both values and where they come from; null where there is none.</returns>
    public static string? Mismatch(IReadOnlyList<FingerprintEntry> job, IReadOnlyList<FingerprintEntry> worker)
    {
        foreach (var wanted in job)
        {
            var given = worker.FirstOrDefault(entry => entry.Key == wanted.Key);
            if (given is null)
            {
                return $"its {wanted.Key} is not known, but the job's is {wanted.Value} ({wanted.Source}); it is of another version of the program";
            }

            if (given.Value != wanted.Value)
            {
                return $"its {wanted.Key} is {given.Value} ({given.Source}), but the job's is {wanted.Value} ({wanted.Source})";
            }
        }

        return null;
    }
}
