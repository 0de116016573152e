using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Duplicates;

/// <summary>Keeps one of the documents that share an id across subsets: an abstract gives way to its full text.</summary>
internal sealed class SharedIdDuplicates : IDuplicateStep
{
    public string Name => CurationStep.DuplicateIds;

    public List<DuplicatePair> Run(CorpusIndex index, CurationContext context, CancellationToken cancellation)
    {
        var priority = context.Settings.Duplicates.IdPriority;
        var pairs = new Dictionary<uint, DuplicatePair>();
        using var keys = new UnitRecords(context.Layout.Keys);
        using var spill = new KeySpill(context.Layout.Spill(Name), index.Documents * 2L, context.Settings.MemoryBytes);
        for (long u = 0; u < index.Units; u++)
        {
            cancellation.ThrowIfCancellationRequested();
            var unit = u;
            RecordFile.ForEach(context.Layout.Ids(u), (int _, in SharedIdKey id) =>
            {
                var ordinal = index.Ordinal(unit, (int)id.Document);
                if (index.IsKept(ordinal))
                {
                    spill.Add(id.Hash, ordinal);
                }
            });
        }

        spill.ForEachGroup(
            (_, group) =>
            {
                var best = uint.MaxValue;
                var bestRank = int.MaxValue;
                Span<int> ranks = group.Length <= 256 ? stackalloc int[group.Length] : new int[group.Length];
                for (var i = 0; i < group.Length; i++)
                {
                    var (unit, at) = index.Locate(group[i]);
                    ranks[i] = pairs.ContainsKey(group[i]) ? -1 : Rank(priority, index.SubsetOf(unit, keys.Read<DocumentKey>(unit, at)));
                    if (ranks[i] >= 0 && ranks[i] < bestRank)
                    {
                        (best, bestRank) = (group[i], ranks[i]);
                    }
                }

                for (var i = 0; i < group.Length; i++)
                {
                    if (ranks[i] >= 0 && group[i] != best)
                    {
                        pairs[group[i]] = new DuplicatePair(group[i], best, DropCode.Id);
                    }
                }
            },
            cancellation);

        // A survivor of one id may have been dropped for another: name the one that stays.
        return [.. pairs.Values.Select(p => p with { Survivor = Final(pairs, p.Survivor) })];
    }

    private static uint Final(Dictionary<uint, DuplicatePair> pairs, uint survivor)
    {
        while (pairs.TryGetValue(survivor, out var next))
        {
            survivor = next.Survivor;
        }

        return survivor;
    }

    private static int Rank(IReadOnlyList<string> priority, string subset)
    {
        for (var i = 0; i < priority.Count; i++)
        {
            if (priority[i] == subset)
            {
                return i;
            }
        }

        return -1;
    }
}
