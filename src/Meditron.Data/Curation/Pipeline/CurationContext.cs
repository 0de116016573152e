using Meditron.Data.Curation.Contamination;
using Meditron.Data.Curation.Duplicates;
using Meditron.Data.Curation.Filters;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;
using Meditron.Data.Curation.Upsampling;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>What the phases of a run share and only read.</summary>
internal sealed record CurationContext
{
    public required CurationSettings Settings { get; init; }

    public required WorkLayout Layout { get; init; }

    public required CurationComponents Components { get; init; }

    public required ICurationObserver Observer { get; init; }

    public required IReadOnlyList<IDocumentStep> FormatSteps { get; init; }

    public required IReadOnlyList<IAnalysedStep> Filters { get; init; }

    public BenchmarkIndex? Benchmarks { get; init; }

    public MinHasher? Hasher { get; init; }

    public QualityScore? Quality { get; init; }

    public int Threads => Settings.Threads > 0 ? Settings.Threads : Environment.ProcessorCount;

    public static IReadOnlyList<IAnalysedStep> MakeFilters(CurationSettings settings)
    {
        var filters = new List<IAnalysedStep>();
        if (settings.Runs(CurationStep.Language))
        {
            filters.Add(new LanguageFilter(settings.Language));
        }

        if (settings.Runs(CurationStep.Length))
        {
            filters.Add(new LengthFilter(settings.Length));
        }

        if (settings.Runs(CurationStep.Letters))
        {
            filters.Add(new LettersFilter(settings.Letters));
        }

        if (settings.Runs(CurationStep.Repetition))
        {
            filters.Add(new RepetitionFilter(settings.Repetition));
        }

        return filters;
    }
}
