using System.Runtime.InteropServices;
using Meditron.Data.Curation.Duplicates;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>Runs a duplicate step, or takes over what an earlier run of it decided.</summary>
internal static class DecisionStore
{
    public static void Apply(IDuplicateStep step, CorpusIndex index, CurationContext context, CancellationToken cancellation)
    {
        var path = context.Layout.Decisions(step.Name);
        var manifestPath = context.Layout.DecisionsManifest(step.Name);
        context.Observer.PhaseStarted(step.Name, File.Exists(manifestPath) ? 1 : 0, 1);
        if (!File.Exists(manifestPath))
        {
            var pairs = step.Run(index, context, cancellation);
            pairs.Sort(static (a, b) => a.Dropped.CompareTo(b.Dropped));
            using var file = new TemporaryFile(path);
            RecordFile.Write<DuplicatePair>(file, CollectionsMarshal.AsSpan(pairs));
            file.Commit();
            CurationJson.Save(
                manifestPath, new DecisionsManifest { Step = step.Name, Dropped = pairs.Count, Hash = file.Hash }, CurationJson.Default.DecisionsManifest);
            context.Observer.UnitFinished(step.Name, 0, 0);
        }

        var manifest = CurationJson.Load(manifestPath, CurationJson.Default.DecisionsManifest);
        long count = 0;
        RecordFile.ForEach(path, (int _, in DuplicatePair pair) =>
        {
            index.Drop(pair);
            count++;
        });
        if (count != manifest.Dropped)
        {
            throw new CurationException($"{path} should hold {manifest.Dropped} decisions and holds {count}; delete the output's work folder and run again.");
        }
    }

    /// <summary>The document that stayed instead of a dropped one, or null where the step's file does not name the document.</summary>
    public static uint? SurvivorOf(string path, uint dropped)
    {
        if (!File.Exists(path))
        {
            return null;
        }

        using var handle = File.OpenHandle(path);
        Span<DuplicatePair> pair = stackalloc DuplicatePair[1];
        var size = MemoryMarshal.AsBytes(pair).Length;
        long low = 0, high = (RandomAccess.GetLength(handle) / size) - 1;
        while (low <= high)
        {
            var middle = (low + high) / 2;
            if (RandomAccess.Read(handle, MemoryMarshal.AsBytes(pair), middle * size) != size)
            {
                return null;
            }

            if (pair[0].Dropped == dropped)
            {
                return pair[0].Survivor;
            }

            (low, high) = pair[0].Dropped < dropped ? (middle + 1, high) : (low, middle - 1);
        }

        return null;
    }
}
