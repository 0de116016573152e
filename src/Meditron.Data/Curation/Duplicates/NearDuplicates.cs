using System.Runtime.InteropServices;
using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Pipeline;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Duplicates;

/// <summary>
/// Drops near-duplicates: signatures are cut into bands, documents that agree in a band are compared by their whole signatures, and of each connected group
/// the first document stays, with those that are not near any that stays.
/// </summary>
internal sealed class NearDuplicates : IDuplicateStep
{
    /// <summary>How many different documents of one bucket the others are compared with: a bucket of boilerplate must not cost the square of its size.</summary>
    private const int MaxRepresentatives = 64;

    public string Name => CurationStep.NearDuplicates;

    public List<DuplicatePair> Run(CorpusIndex index, CurationContext context, CancellationToken cancellation)
    {
        var settings = context.Settings.NearDuplicates;
        var plan = LshPlan.For(settings.Permutations, settings.Threshold, settings.CandidateRecall);
        context.Observer.Message($"near-duplicates: {plan}");
        using var spill = new KeySpill(context.Layout.Spill(Name), (long)index.Documents * plan.Bands, context.Settings.MemoryBytes);
        Spill(index, context, plan, spill, cancellation);
        var sets = new DisjointSets(index.Documents);
        using (var signatures = new UnitRecords(context.Layout.Signatures))
        {
            var comparer = new BucketComparer(index, signatures, sets, plan);
            spill.ForEachGroup((_, group) => comparer.Compare(group), cancellation);
            context.Observer.Message($"near-duplicates: {comparer.Compared} pairs compared, {comparer.Joined} joined");
            return Choose(index, signatures, sets, plan, cancellation);
        }
    }

    /// <summary>
    /// Goes through each connected group in order and drops a document only where it is near one that stays: in a long chain of small changes the ends may
    /// have little in common, and both stay.
    /// </summary>
    private static List<DuplicatePair> Choose(CorpusIndex index, UnitRecords signatures, DisjointSets sets, LshPlan plan, CancellationToken cancellation)
    {
        var pairs = new List<DuplicatePair>();
        var staying = new Dictionary<uint, List<uint>>();
        var (one, other) = (new uint[plan.Permutations], new uint[plan.Permutations]);
        for (uint i = 0; i < index.Documents; i++)
        {
            var first = sets.Find(i);
            if (first == i)
            {
                continue;
            }

            cancellation.ThrowIfCancellationRequested();
            if (!staying.TryGetValue(first, out var group))
            {
                staying.Add(first, group = [first]);
            }

            Load(index, signatures, i, one);
            var survivor = group.FindIndex(s =>
            {
                Load(index, signatures, s, other);
                return MinHasher.Matches(one, other) >= plan.MatchesNeeded;
            });
            if (survivor >= 0)
            {
                pairs.Add(new DuplicatePair(i, group[survivor], DropCode.Near));
            }
            else if (group.Count < MaxRepresentatives)
            {
                group.Add(i);
            }
        }

        return pairs;
    }

    private static void Load(CorpusIndex index, UnitRecords signatures, uint ordinal, uint[] into)
    {
        var (unit, i) = index.Locate(ordinal);
        signatures.Read(unit, (long)i * into.Length * sizeof(uint), MemoryMarshal.AsBytes(into.AsSpan()));
    }

    private static void Spill(CorpusIndex index, CurationContext context, LshPlan plan, KeySpill spill, CancellationToken cancellation)
    {
        var signature = new uint[plan.Permutations];
        for (long u = 0; u < index.Units; u++)
        {
            cancellation.ThrowIfCancellationRequested();
            var unit = u;
            using var file = new FileStream(context.Layout.Signatures(u), FileMode.Open, FileAccess.Read, FileShare.Read, 1 << 18, FileOptions.SequentialScan);
            RecordFile.ForEach(context.Layout.Keys(u), (int i, in DocumentKey key) =>
            {
                file.ReadExactly(MemoryMarshal.AsBytes(signature.AsSpan()));
                var ordinal = index.Ordinal(unit, i);
                if ((key.Flags & DocumentKey.HasSignature) == 0 || !index.IsKept(ordinal))
                {
                    return;
                }

                for (var band = 0; band < plan.Bands; band++)
                {
                    var rows = MemoryMarshal.AsBytes(signature.AsSpan(band * plan.Rows, plan.Rows));
                    spill.Add(Hash64.Of(rows, (ulong)band + 1), ordinal);
                }
            });
        }
    }

    private sealed class BucketComparer(CorpusIndex index, UnitRecords signatures, DisjointSets sets, LshPlan plan)
    {
        private readonly List<uint[]> representatives = [];
        private readonly List<uint> ordinals = [];
        private readonly uint[] current = new uint[plan.Permutations];

        public long Compared { get; private set; }

        public long Joined { get; private set; }

        public void Compare(ReadOnlySpan<uint> group)
        {
            ordinals.Clear();
            foreach (var ordinal in group)
            {
                if (!Joins(ordinal) && ordinals.Count < MaxRepresentatives)
                {
                    if (representatives.Count == ordinals.Count)
                    {
                        representatives.Add(new uint[plan.Permutations]);
                    }

                    Load(index, signatures, ordinal, representatives[ordinals.Count]);
                    ordinals.Add(ordinal);
                }
            }
        }

        private bool Joins(uint ordinal)
        {
            var loaded = false;
            for (var r = 0; r < ordinals.Count; r++)
            {
                if (sets.Find(ordinals[r]) == sets.Find(ordinal))
                {
                    return true;
                }
            }

            for (var r = 0; r < ordinals.Count; r++)
            {
                if (!loaded)
                {
                    Load(index, signatures, ordinal, current);
                    loaded = true;
                }

                Compared++;
                if (MinHasher.Matches(representatives[r], current) >= plan.MatchesNeeded)
                {
                    sets.Union(ordinals[r], ordinal);
                    Joined++;
                    return true;
                }
            }

            return false;
        }
    }
}
