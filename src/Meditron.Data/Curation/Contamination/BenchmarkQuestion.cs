namespace Meditron.Data.Curation.Contamination;

/// <summary>A question of a benchmark that the corpus must not contain.</summary>
/// <param name="Benchmark">The benchmark's name: its file's name without extension.</param>
/// <param name="Line">The line of the file, from 1.</param>
/// <param name="Text">The text that is compared.</param>
public sealed record BenchmarkQuestion(string Benchmark, int Line, string Text);
