namespace Meditron.Training.Runs;

/// <summary>One line of <c>events.jsonl</c>.</summary>
/// <param name="Event">What happened: <c>start</c>, <c>resume</c>, <c>checkpoint</c>, <c>checkpoint-failed</c>, <c>checkpoint-rejected</c>, <c>checkpoint-partial</c>, <c>retention-failed</c>, <c>skipped-step</c>, <c>interrupted</c>, <c>end</c>.</param>
/// <param name="Step">Steps finished when it happened.</param>
/// <param name="Detail">In words.</param>
/// <param name="Time">When, UTC.</param>
public sealed record RunEvent(string Event, int Step, string Detail, DateTimeOffset Time);
