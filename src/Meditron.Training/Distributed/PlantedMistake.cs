namespace Meditron.Training.Distributed;

/// <summary>Mistakes that only a simulation can ask for, to show that it finds them; no configuration reaches them.</summary>
internal enum PlantedMistake
{
    /// <summary>A generation is told to its workers before its number is in the journal.</summary>
    ToldBeforePersisted,

    /// <summary>A checkpoint is committed although a rank's part is missing.</summary>
    CheckpointWithoutShard,

    /// <summary>A job goes back to the oldest checkpoint that is kept.</summary>
    OldestCheckpoint,

    /// <summary>What steps came to is recorded again by the next incarnation of the coordinator.</summary>
    StepsRecordedTwice,

    /// <summary>A new incarnation of the coordinator does not ask who holds state in memory.</summary>
    MemoryNotAskedFor,

    /// <summary>A last checkpoint that failed is not written again.</summary>
    LastCheckpointOnce,

    /// <summary>A rank that takes its state from another's memory goes on one sample too far.</summary>
    NewcomersSamplesOff,

    /// <summary>A rank that takes its state from another's memory forgets which steps were skipped.</summary>
    SkippedStepsForgotten,

    /// <summary>A worker whose device gets nothing done is left alone as long as it gives signs of life.</summary>
    HangsIgnored,
}
