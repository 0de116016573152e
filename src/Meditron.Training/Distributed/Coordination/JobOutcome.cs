namespace Meditron.Training.Distributed.Coordination;

/// <summary>How a job ended.</summary>
/// <param name="Step">Steps finished.</param>
/// <param name="Stopped">Whether it was asked to stop before its last step.</param>
/// <param name="Checkpoint">Folder of the last checkpoint, or null where it could not be written.</param>
/// <param name="Error">Why it cannot go on, or null.</param>
/// <param name="Cause">What ended it.</param>
public sealed record JobOutcome(int Step, bool Stopped, string? Checkpoint, string? Error, JobEndCause Cause = JobEndCause.InOrder);
