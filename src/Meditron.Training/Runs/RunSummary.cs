namespace Meditron.Training.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Folder">Its folder.</param>
/// <param name="Step">Steps finished over all starts of the run.</param>
/// <param name="StepsTaken">Steps taken since this start.</param>
/// <param name="Loss">Mean training loss of the last step, or null where none was taken.</param>
/// <param name="ValidationLoss">The last validation loss, or null where none was measured.</param>
/// <param name="Tokens">Tokens consumed over all starts.</param>
/// <param name="Elapsed">Time of the steps since this start.</param>
/// <param name="SkippedSteps">Steps skipped for a non-finite gradient.</param>
/// <param name="Interrupted">Whether it was asked to stop before its last step.</param>
/// <param name="Checkpoint">Folder of the last checkpoint, or null where none could be written.</param>
/// <param name="FailedCheckpoints">Checkpoints that could not be written.</param>
/// <param name="Diverged">Why training cannot go on, or null.</param>
/// <param name="UnwrittenLines">Metrics and events that the run's folder has not taken.</param>
/// <param name="UnigramEntropy">The unigram line to beat, in nats, where it was computed.</param>
public sealed record RunSummary(
    RunFolder Folder,
    int Step,
    int StepsTaken,
    double? Loss,
    double? ValidationLoss,
    long Tokens,
    TimeSpan Elapsed,
    long SkippedSteps,
    bool Interrupted,
    string? Checkpoint,
    int FailedCheckpoints,
    string? Diverged,
    int UnwrittenLines,
    double? UnigramEntropy);
