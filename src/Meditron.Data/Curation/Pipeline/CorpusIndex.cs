using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>
/// The place of every document in the whole corpus, in the order of the plan, and what the duplicate steps have decided about it: one byte a document, the
/// only thing whose memory grows with the corpus.
/// </summary>
internal sealed class CorpusIndex
{
    private readonly WorkLayout layout;
    private readonly long[] bases;
    private readonly string[][] subsets;
    private readonly byte[] decisions;

    public CorpusIndex(WorkLayout layout, long units)
    {
        this.layout = layout;
        bases = new long[units + 1];
        subsets = new string[units][];
        for (long u = 0; u < units; u++)
        {
            var manifest = CurationJson.Load(layout.DocumentsManifest(u), CurationJson.Default.DocumentsManifest);
            Verify(layout.Documents(u), manifest.ShardBytes);
            bases[u + 1] = bases[u] + manifest.Documents;
            subsets[u] = [.. manifest.Groups.Select(g => string.Intern(g.Subset))];
        }

        if (bases[^1] > Array.MaxLength)
        {
            throw new CurationException($"The corpus has {bases[^1]} documents, more than the {Array.MaxLength} one run can compare; curate it in parts.");
        }

        decisions = new byte[bases[^1]];
    }

    public long Units => bases.Length - 1;

    public int Documents => decisions.Length;

    public ReadOnlySpan<byte> DecisionsOf(long unit) => decisions.AsSpan((int)bases[unit], (int)(bases[unit + 1] - bases[unit]));

    public uint Ordinal(long unit, int index) => (uint)(bases[unit] + index);

    public bool IsKept(uint ordinal) => decisions[ordinal] == 0;

    public void Drop(DuplicatePair pair) => decisions[pair.Dropped] = (byte)pair.Reason;

    public (long Unit, int Index) Locate(uint ordinal)
    {
        var at = Array.BinarySearch(bases, ordinal);
        if (at < 0)
        {
            at = ~at - 1;
        }

        // Units without documents share the base of the one after them.
        while (bases[at + 1] == bases[at])
        {
            at++;
        }

        return (at, (int)(ordinal - bases[at]));
    }

    public string SubsetOf(long unit, in DocumentKey key) => subsets[unit][key.Group];

    /// <summary>Calls back for every document that is still kept, in order.</summary>
    public void ForEachKept(Action<long, int, DocumentKey> action, CancellationToken cancellation)
    {
        for (long u = 0; u < Units; u++)
        {
            cancellation.ThrowIfCancellationRequested();
            var unit = u;
            RecordFile.ForEach(layout.Keys(u), (int i, in DocumentKey key) =>
            {
                if (IsKept(Ordinal(unit, i)))
                {
                    action(unit, i, key);
                }
            });
        }
    }

    private static void Verify(string path, long bytes)
    {
        var file = new FileInfo(path);
        if (!file.Exists || file.Length != bytes)
        {
            throw new CurationException($"The shard {path} should have {bytes} bytes and {(file.Exists ? $"has {file.Length}" : "is gone")}; delete the output folder's work and run again.");
        }
    }
}
