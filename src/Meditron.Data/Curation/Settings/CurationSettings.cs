using Meditron.Data.Curation.Formatting;
using Meditron.Data.Curation.Readers;

namespace Meditron.Data.Curation.Settings;

/// <summary>Everything that decides what a curation run produces, and the few things (threads, memory) that only decide how fast.</summary>
public sealed record CurationSettings
{
    /// <summary>The folder the run writes to.</summary>
    public string Output { get; init; } = "";

    /// <summary>The folder that relative paths of <see cref="Sources"/> and benchmarks start from; empty for the working directory.</summary>
    public string Input { get; init; } = "";

    /// <summary>What goes in. The order matters: of two duplicates the one that comes first survives.</summary>
    public IReadOnlyList<SourceSettings> Sources { get; init; } = [];

    /// <summary>What holds for a subset as a whole: the rates of its sample and its validation split, its weight in the blend.</summary>
    public IReadOnlyList<SubsetSettings> Subsets { get; init; } = [];

    /// <summary>The steps to run, out of <see cref="CurationStep.All"/>; their order is the pipeline's own.</summary>
    public IReadOnlyList<string> Steps { get; init; } = CurationStep.Default;

    /// <summary>The seed of every random choice: samples, splits, upsampling, permutations.</summary>
    public long Seed { get; init; } = 1234;

    /// <summary>Worker threads; 0 for one a processor. Does not change the output.</summary>
    public int Threads { get; init; }

    /// <summary>Input bytes a unit of work has about; a unit is what a resumed run does again, and what a shard is made of.</summary>
    public long ShardBytes { get; init; } = 16L << 20;

    /// <summary>A record larger than this is named, counted and set aside.</summary>
    public long MaxDocumentBytes { get; init; } = 16L << 20;

    /// <summary>Memory a duplicate step may hold before it spills to disk. Does not change the output.</summary>
    public long MemoryBytes { get; init; } = 256L << 20;

    /// <summary>Dropped documents and failures kept for inspection, for each reason.</summary>
    public int SamplesPerReason { get; init; } = 5;

    /// <summary>Whether the intermediate files stay after a run is complete. Does not change the output.</summary>
    public bool KeepWork { get; init; }

    /// <summary>The readers.</summary>
    public ReaderSettings Readers { get; init; } = new();

    /// <summary>The formatting rules.</summary>
    public FormatSettings Formatting { get; init; } = new();

    /// <summary>The language filter.</summary>
    public LanguageSettings Language { get; init; } = new();

    /// <summary>The length filter.</summary>
    public LengthSettings Length { get; init; } = new();

    /// <summary>The filter by the share of letters.</summary>
    public LettersSettings Letters { get; init; } = new();

    /// <summary>The repetition filter.</summary>
    public RepetitionSettings Repetition { get; init; } = new();

    /// <summary>Exact duplicates and duplicates by id.</summary>
    public DuplicateSettings Duplicates { get; init; } = new();

    /// <summary>Near-duplicates by MinHash.</summary>
    public NearDuplicateSettings NearDuplicates { get; init; } = new();

    /// <summary>Overlap with benchmarks.</summary>
    public ContaminationSettings Contamination { get; init; } = new();

    /// <summary>Repetition of documents by their metadata.</summary>
    public UpsamplingSettings Upsampling { get; init; } = new();

    /// <summary>Tokenizing to indexed datasets.</summary>
    public TokenizeSettings Tokenize { get; init; } = new();

    /// <summary>Whether a step is switched on.</summary>
    public bool Runs(string step) => Steps.Contains(step, StringComparer.Ordinal);

    /// <summary>The settings of a subset, or the defaults where none are given.</summary>
    public SubsetSettings SubsetOf(string name) => Subsets.FirstOrDefault(s => s.Name == name) ?? new SubsetSettings { Name = name };

    /// <summary>Checks every value and names the first that is wrong.</summary>
    /// <exception cref="CurationException">A value is missing or outside its range; the message names its key.</exception>
    public void Validate()
    {
        Check.That(Output.Length > 0, "output", Output, "the folder to write to");
        Check.That(Sources.Count > 0, "sources", "[]", "at least one source with a path and a subset");
        foreach (var source in Sources)
        {
            source.Validate();
        }

        foreach (var subset in Subsets)
        {
            subset.Validate();
        }

        foreach (var step in Steps)
        {
            Check.That(CurationStep.All.Contains(step, StringComparer.Ordinal), "steps", step, $"one of {string.Join(", ", CurationStep.All)}");
        }

        Check.That(Threads is >= 0 and <= 1024, "threads", Threads, "0 (one a processor) to 1024");
        Check.That(ShardBytes >= 1024, "shard-bytes", ShardBytes, "at least 1024");
        Check.That(MaxDocumentBytes is >= 1024 and <= 256L << 20, "max-document-bytes", MaxDocumentBytes, "1024 to 268435456");
        Check.That(MemoryBytes >= 1 << 20, "memory-bytes", MemoryBytes, "at least 1048576");
        Check.That(SamplesPerReason is >= 0 and <= 1000, "samples-per-reason", SamplesPerReason, "0 to 1000");
        Language.Validate();
        Length.Validate();
        Letters.Validate();
        Repetition.Validate();
        Duplicates.Validate();
        NearDuplicates.Validate();
        Contamination.Validate();
        Upsampling.Validate();
        Tokenize.Validate(Runs(CurationStep.Tokenize));
        Check.That(
            !Runs(CurationStep.Contamination) || Contamination.Benchmarks.Count > 0,
            "contamination.benchmarks", "[]", "at least one benchmark file, or leave the step contamination out");
    }
}
