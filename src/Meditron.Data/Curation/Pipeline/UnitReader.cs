using Meditron.Data.Curation.Analysis;
using Meditron.Data.Curation.Contamination;
using Meditron.Data.Curation.Filters;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>
/// The first phase for one unit after another: reads, samples, formats and filters documents, and writes the shard with the keys that the later phases
/// compare. Belongs to one thread.
/// </summary>
internal sealed class UnitReader : IDisposable
{
    private readonly CurationContext context;
    private readonly DocumentAnalysis analysis = new();
    private readonly DocumentJson json = new();
    private readonly ContaminationScanner? scanner;
    private readonly uint[] signature;

    public UnitReader(CurationContext context)
    {
        this.context = context;
        scanner = context.Benchmarks is { } index ? new ContaminationScanner(index) : null;
        signature = new uint[context.Hasher?.Permutations ?? 0];
    }

    public void Dispose() => json.Dispose();

    public DocumentsManifest Process(UnitPlan unit, CancellationToken cancellation)
    {
        var layout = context.Layout;
        var settings = context.Settings;
        using var shard = new TemporaryFile(layout.Documents(unit.Unit));
        using var keys = new TemporaryFile(layout.Keys(unit.Unit));
        using var ids = new TemporaryFile(layout.Ids(unit.Unit));
        using var signatures = context.Hasher is null ? null : new TemporaryFile(layout.Signatures(unit.Unit));
        var state = new UnitState(settings);
        foreach (var piece in unit.Pieces)
        {
            cancellation.ThrowIfCancellationRequested();
            ReadPiece(unit, piece, state, shard, keys, ids, signatures, cancellation);
        }

        signatures?.Commit();
        ids.Commit();
        keys.Commit();
        shard.Commit();
        var manifest = state.ToManifest(unit, shard);
        CurationJson.Save(layout.DocumentsManifest(unit.Unit), manifest, CurationJson.Default.DocumentsManifest);
        return manifest;
    }

    private void ReadPiece(
        UnitPlan unit, PiecePlan piece, UnitState state, TemporaryFile shard, TemporaryFile keys, TemporaryFile ids, TemporaryFile? signatures, CancellationToken cancellation)
    {
        var source = context.Settings.Sources[unit.Source];
        var file = InputPlanner.ToInputFile(piece, source, context.Settings);
        if (piece.Unreadable is { } reason)
        {
            state.Failed(new ReadFailure(file.DisplayName, "file", ReadFailureKind.Unreadable, reason));
            return;
        }

        try
        {
            var reader = context.Components.ChooseReader(file, out var failure);
            if (reader is null)
            {
                state.Failed(failure ?? new ReadFailure(file.DisplayName, "file", ReadFailureKind.UnknownFormat, "no reader recognises it"));
                return;
            }

            foreach (var result in reader.Read(file, cancellation))
            {
                if (result.IsDocument)
                {
                    Accept(Complete(result.Document, source), state, shard, keys, ids, signatures);
                }
                else
                {
                    state.Failed(result.Failure);
                }
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException or UnauthorizedAccessException)
        {
            state.Failed(new ReadFailure(file.DisplayName, "file", ReadFailureKind.Unreadable, e.Message));
        }
    }

    private static CorpusDocument Complete(CorpusDocument document, SourceSettings source)
    {
        if (document.Subset.Length == 0)
        {
            document = document with { Subset = source.Subset };
        }

        if (source.Source.Length > 0 && document.Source.Length == 0)
        {
            document = document with { Source = source.Source };
        }

        return source.License.Length > 0 && string.IsNullOrEmpty(document.Metadata.License)
            ? document with { Metadata = document.Metadata with { License = source.License } }
            : document;
    }

    private void Accept(CorpusDocument document, UnitState state, TemporaryFile shard, TemporaryFile keys, TemporaryFile ids, TemporaryFile? signatures)
    {
        var settings = context.Settings;
        state.CountRead(document.Subset);
        var idHash = Hash64.Of(document.Id, Hash64.Of(document.Subset, (ulong)settings.Seed));
        if (settings.Runs(CurationStep.Sample) && settings.SubsetOf(document.Subset).SampleRate is var rate and < 1
            && Hash64.ToUnit(Hash64.Combine(idHash, 0x5a)) >= rate)
        {
            state.Dropped(CurationStep.Sample, DropReason.NotSampled, null, document, idHash);
            return;
        }

        foreach (var step in context.FormatSteps)
        {
            var formatted = step.Apply(document);
            if (!formatted.IsKept)
            {
                state.Dropped(step.Name, formatted.Reason, formatted.Detail, document, idHash);
                return;
            }

            document = formatted.Document;
        }

        analysis.Analyse(document.Text);
        foreach (var filter in context.Filters)
        {
            var filtered = filter.Apply(document, analysis);
            if (!filtered.IsKept)
            {
                state.Dropped(filter.Name, filtered.Reason, filtered.Detail, document, idHash);
                return;
            }
        }

        var key = MakeKey(document, idHash, state, shard.Length);
        foreach (var shared in document.Metadata.SharedIds)
        {
            var record = new SharedIdKey { Hash = Hash64.Of(shared, 4), Document = (uint)state.Documents };
            RecordFile.Write(ids, new ReadOnlySpan<SharedIdKey>(in record));
        }

        if (signatures is not null)
        {
            if (analysis.WordCount >= settings.NearDuplicates.MinWords && analysis.WordCount > 0)
            {
                context.Hasher!.Compute(analysis.Words, signature);
                key.Flags |= DocumentKey.HasSignature;
            }

            RecordFile.Write<uint>(signatures, signature);
        }

        var line = json.Write(document);
        key.Length = line.Length;
        shard.Write(line);
        RecordFile.Write(keys, new ReadOnlySpan<DocumentKey>(in key));
        state.Documents++;
    }

    private DocumentKey MakeKey(CorpusDocument document, ulong idHash, UnitState state, long offset)
    {
        var settings = context.Settings;
        var (high, low) = analysis.NormalisedHash();
        var key = new DocumentKey
        {
            ExactHigh = high,
            ExactLow = low,
            IdHash = idHash,
            Offset = offset,
            Words = analysis.WordCount,
            Characters = document.Text.Length,
            Group = state.GroupOf(document),
            Question = -1,
            CitationsPerYear = -1,
        };
        if (settings.Duplicates.PrefixSubsets.Contains(document.Subset, StringComparer.Ordinal))
        {
            key.Prefix = Hash64.Combine(DocumentAnalysis.PrefixHash(document.Text, settings.Duplicates.PrefixCharacters), Hash64.Of(document.Subset));
        }

        if (scanner?.Scan(analysis) is { IsHit: true } hit)
        {
            key.Flags |= hit.IsPassage ? DocumentKey.Contaminated | DocumentKey.ContaminatedPassage : DocumentKey.Contaminated;
            key.Question = hit.Question;
            key.Share = hit.Share;
        }

        if (context.Quality is { } quality && settings.Upsampling.Subsets.Contains(document.Subset, StringComparer.Ordinal))
        {
            if (quality.Of(document.Metadata, out key.CitationsPerYear) is { } score)
            {
                key.Score = score;
            }
            else
            {
                key.Flags |= DocumentKey.ExcludedByMetadata;
            }
        }

        return key;
    }
}
