namespace Meditron.Training.Distributed.Coordination;

/// <summary>Finds replicas that are slow against the others of their stage; a pure function.</summary>
internal static class StageHealth
{
    /// <summary>A replica is slow where it computes this many times as long as the median of its stage...</summary>
    private const double SlowFactor = 1.5;

    /// <summary>...and no longer slow below this, so that it does not flutter.</summary>
    private const double RecoveredFactor = 1.2;

    /// <summary>Steps before a replica is judged: the first ones fault memory in.</summary>
    private const int LeastSamples = 5;

    /// <summary>The replicas whose judgement changes.</summary>
    public static IReadOnlyList<ReplicaJudged> Compare(IReadOnlyDictionary<int, ReplicaHealth> replicas)
    {
        var judged = replicas.Where(pair => pair.Value.Samples >= LeastSamples).ToList();
        if (judged.Count < 2)
        {
            return [];
        }

        // The lower median: with two replicas the faster one is the measure.
        var median = judged.Select(pair => pair.Value.ComputeSeconds).Order().ElementAt((judged.Count - 1) / 2);
        var changes = new List<ReplicaJudged>();
        foreach (var (rank, health) in judged)
        {
            var slow = health.ComputeSeconds > median * (health.IsSlow ? RecoveredFactor : SlowFactor);
            if (slow != health.IsSlow)
            {
                changes.Add(new ReplicaJudged(0, rank, slow, $"computes {health.ComputeSeconds:0.000} s a step where the median of its stage is {median:0.000} s"));
            }
        }

        return changes;
    }
}

/// <summary>A replica was found slow, or no longer is.</summary>
internal sealed record ReplicaJudged(int Stage, int Rank, bool IsSlow, string Reason) : INoSerializationVerificationNeeded;
