using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Duplicates;

/// <summary>Drops documents whose normalised text equals an earlier document's, then those that begin like an earlier one of their subset where it asks for that.</summary>
internal sealed class ExactDuplicates : IDuplicateStep
{
    public string Name => CurationStep.ExactDuplicates;

    public List<DuplicatePair> Run(CorpusIndex index, CurationContext context, CancellationToken cancellation)
    {
        var pairs = new List<DuplicatePair>();
        using (var spill = new KeySpill(context.Layout.Spill(Name), index.Documents, context.Settings.MemoryBytes))
        using (var keys = new UnitRecords(context.Layout.Keys))
        {
            index.ForEachKept((unit, i, key) => spill.Add(key.ExactLow, index.Ordinal(unit, i)), cancellation);
            var first = new Dictionary<ulong, uint>();
            spill.ForEachGroup(
                (_, group) =>
                {
                    // 64 bits make a candidate; the other 64 decide.
                    first.Clear();
                    foreach (var ordinal in group)
                    {
                        var (unit, i) = index.Locate(ordinal);
                        var high = keys.Read<DocumentKey>(unit, i).ExactHigh;
                        if (!first.TryAdd(high, ordinal))
                        {
                            pairs.Add(new DuplicatePair(ordinal, first[high], DropCode.Exact));
                        }
                    }
                },
                cancellation);
        }

        if (context.Settings.Duplicates.PrefixSubsets.Count > 0)
        {
            AddPrefixes(index, context, pairs, cancellation);
        }

        return pairs;
    }

    private void AddPrefixes(CorpusIndex index, CurationContext context, List<DuplicatePair> pairs, CancellationToken cancellation)
    {
        var dropped = pairs.Select(p => p.Dropped).ToHashSet();
        using var spill = new KeySpill(context.Layout.Spill(Name), index.Documents, context.Settings.MemoryBytes);
        index.ForEachKept(
            (unit, i, key) =>
            {
                if (key.Prefix != 0 && !dropped.Contains(index.Ordinal(unit, i)))
                {
                    spill.Add(key.Prefix, index.Ordinal(unit, i));
                }
            },
            cancellation);
        spill.ForEachGroup(
            (_, group) =>
            {
                for (var i = 1; i < group.Length; i++)
                {
                    pairs.Add(new DuplicatePair(group[i], group[0], DropCode.Prefix));
                }
            },
            cancellation);
    }
}
