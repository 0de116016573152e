using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>What is counted while a unit is read.</summary>
internal sealed class UnitState(CurationSettings settings)
{
    private readonly SortedDictionary<string, long> read = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, long> failures = new(StringComparer.Ordinal);
    private readonly List<ReadFailure> failureSamples = [];
    private readonly DropCounter drops = new();
    private readonly SampleKeeper samples = new(settings.SamplesPerReason);
    private readonly Dictionary<DocumentGroup, int> groups = [];
    private DocumentGroup? lastGroup;
    private int lastIndex;

    /// <summary>Documents in the shard so far.</summary>
    public int Documents { get; set; }

    public void CountRead(string subset)
    {
        read.TryGetValue(subset, out var count);
        read[subset] = count + 1;
    }

    public void Failed(ReadFailure failure)
    {
        failures.TryGetValue(failure.Kind, out var count);
        failures[failure.Kind] = count + 1;
        if (count < settings.SamplesPerReason)
        {
            failureSamples.Add(failure);
        }
    }

    public void Dropped(string step, string reason, string? detail, CorpusDocument document, ulong draw)
    {
        drops.Add(step, reason, document.Subset);
        if (samples.Wants(step, reason, draw))
        {
            samples.Add(new DropSample
            {
                Step = step,
                Reason = reason,
                Detail = detail,
                Subset = document.Subset,
                Source = document.Source,
                Id = document.Id,
                Title = document.Title,
                Excerpt = SampleKeeper.Excerpt(document.Text),
                Draw = draw,
            });
        }
    }

    public int GroupOf(CorpusDocument document)
    {
        var license = document.Metadata.License ?? "";
        if (lastGroup is not null && lastGroup.Subset == document.Subset && lastGroup.Source == document.Source && lastGroup.License == license)
        {
            return lastIndex;
        }

        lastGroup = new DocumentGroup(document.Subset, document.Source, license);
        if (!groups.TryGetValue(lastGroup, out lastIndex))
        {
            lastIndex = groups.Count;
            groups.Add(lastGroup, lastIndex);
        }

        return lastIndex;
    }

    public DocumentsManifest ToManifest(UnitPlan unit, TemporaryFile shard) => new()
    {
        Unit = unit.Unit,
        Documents = Documents,
        ShardBytes = shard.Length,
        ShardHash = shard.Hash,
        InputBytes = unit.Pieces.Sum(p => p.Length ?? p.Size),
        Groups = [.. groups.OrderBy(g => g.Value).Select(g => g.Key)],
        Read = read,
        Failures = failures,
        FailureSamples = failureSamples,
        Drops = drops.ToList(),
        DropSamples = samples.ToList(),
    };
}
