using Meditron.Training.Parallel;

namespace Meditron.Training.Integrity;

/// <summary>Finds, from what all ranks say of their weights, who holds other ones than it must: a pure function.</summary>
public static class WeightVerdict
{
    /// <summary>
    /// Decides. Of each part all replicas say what they hold, and its owner what its fp32 weights are rounded: with two replicas there are three voices, so that one
    /// that differs is known.
    /// </summary>
    /// <param name="layout">The layout.</param>
    /// <param name="words">What each rank says: a hash of each data-parallel rank's part, one of its own part as it must be, one of the norms.</param>
    /// <returns>The ranks that are wrong; where no voice has the majority, all that may be.</returns>
    public static IReadOnlyList<IntegrityFinding> Of(ParallelLayout layout, IReadOnlyList<long[]> words)
    {
        ArgumentNullException.ThrowIfNull(layout);
        var findings = new List<IntegrityFinding>();
        for (var stage = 0; stage < layout.Pipeline; stage++)
        {
            for (var tensor = 0; tensor < layout.Tensor; tensor++)
            {
                for (var owner = 0; owner < layout.Data; owner++)
                {
                    var ranks = Enumerable.Range(0, layout.Data).Select(data => layout.RankOf(new RankCoordinates(tensor, data, stage))).ToList();
                    List<(int Rank, long Hash, string What)> voices =
                    [
                        .. ranks.Select(rank => (rank, words[rank][owner], $"holds other weights than its replicas where rank {ranks[owner]} owns them")),
                        (ranks[owner], words[ranks[owner]][layout.Data], "has other fp32 weights in its shard than the replicas were given"),
                    ];
                    Judge(voices, findings);
                }
            }

            for (var data = 0; data < layout.Data; data++)
            {
                var ranks = Enumerable.Range(0, layout.Tensor).Select(tensor => layout.RankOf(new RankCoordinates(tensor, data, stage)));
                Judge([.. ranks.Select(rank => (rank, words[rank][layout.Data + 1], "has other norms than its tensor-parallel ranks"))], findings);
            }
        }

        return findings;
    }

    private static void Judge(List<(int Rank, long Hash, string What)> voices, List<IntegrityFinding> findings)
    {
        var byHash = voices.GroupBy(voice => voice.Hash).OrderByDescending(group => group.Count()).ToList();
        if (byHash.Count == 1)
        {
            return;
        }

        var isDecided = byHash[0].Count() > byHash[1].Count();
        foreach (var (rank, _, what) in isDecided ? byHash.Skip(1).SelectMany(group => group) : voices)
        {
            if (findings.All(finding => finding.Rank != rank))
            {
                findings.Add(new IntegrityFinding(rank, $"rank {rank} {what}{(isDecided ? "" : ", or one of them has: no voice has the majority")}", IsMiscomputed: false));
            }
        }
    }
}
