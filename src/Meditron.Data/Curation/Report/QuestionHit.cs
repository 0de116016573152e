namespace Meditron.Data.Curation.Report;

/// <summary>A benchmark question and the documents dropped for it.</summary>
/// <param name="Line">The line of the benchmark's file.</param>
/// <param name="Text">The beginning of the question.</param>
/// <param name="Documents">Documents dropped.</param>
public sealed record QuestionHit(int Line, string Text, long Documents);
