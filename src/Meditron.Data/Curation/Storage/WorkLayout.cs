namespace Meditron.Data.Curation.Storage;

/// <summary>Where a run keeps what, below its output folder.</summary>
internal sealed class WorkLayout(string output)
{
    public string Output => output;

    public string Work => Path.Combine(output, "work");

    public string Manifest => Path.Combine(output, "manifest.json");

    public string Lock => Path.Combine(output, "run.lock");

    public string Plan => Path.Combine(Work, "plan.jsonl");

    public string Corpus => Path.Combine(output, "corpus");

    public string Tokens => Path.Combine(output, "tokens");

    public string ReportJson => Path.Combine(output, "report.json");

    public string ReportHtml => Path.Combine(output, "report.html");

    public string Datasheet => Path.Combine(output, "datasheet.md");

    public string DroppedSamples => Path.Combine(output, "dropped-samples.jsonl");

    public string Documents(long unit) => Unit("documents", unit, ".jsonl");

    public string Keys(long unit) => Unit("documents", unit, ".keys");

    public string Ids(long unit) => Unit("documents", unit, ".ids");

    public string Signatures(long unit) => Unit("documents", unit, ".sig");

    public string DocumentsManifest(long unit) => Unit("documents", unit, ".json");

    public string Decisions(string step) => Path.Combine(Work, "decisions", step + ".bin");

    public string DecisionsManifest(string step) => Path.Combine(Work, "decisions", step + ".json");

    public string Spill(string step) => Path.Combine(Work, "spill", step);

    public string CorpusShard(string split, string subset, long unit) => Path.Combine(Corpus, split, FormattableString.Invariant($"{subset}-{unit:00000}.jsonl"));

    public string CorpusManifest(long unit) => Unit("corpus", unit, ".json");

    private string Unit(string phase, long unit, string extension) => Path.Combine(Work, phase, FormattableString.Invariant($"{unit:00000}{extension}"));
}
