namespace Meditron.Training.Parallel;

/// <summary>What some rank asks all ranks to do after a step; the exchange that commits the step carries it, so that all do it after the same one.</summary>
[Flags]
public enum StepControl
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>Take no further step until told to.</summary>
    Pause = 1,

    /// <summary>Save a checkpoint and take no further step.</summary>
    Stop = 2,

    /// <summary>Save a checkpoint.</summary>
    Checkpoint = 4,
}
