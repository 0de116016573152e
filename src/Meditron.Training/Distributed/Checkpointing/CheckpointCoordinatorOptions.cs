using Meditron.Training.Checkpoints;

namespace Meditron.Training.Distributed.Checkpointing;

/// <summary>What a checkpoint coordinator knows of its job.</summary>
public sealed record CheckpointCoordinatorOptions
{
    /// <summary>Name of the run; part of the persistence id.</summary>
    public required string Run { get; init; }

    /// <summary>The run's checkpoint folder, which every rank must reach.</summary>
    public required string Folder { get; init; }

    /// <summary>What every checkpoint says of the job.</summary>
    public required CheckpointContext Context { get; init; }

    /// <summary>Newest checkpoints to keep; 0 for all.</summary>
    public required int KeepLast { get; init; }

    /// <summary>Checkpoints of steps divisible by this are kept; 0 for none.</summary>
    public required int KeepEvery { get; init; }

    /// <summary>Checkpoints with the lowest validation loss to keep beside; 0 for none.</summary>
    public required int KeepBest { get; init; }

    /// <summary>A checkpoint elsewhere from which a run without checkpoints of its own begins, or null.</summary>
    public CheckpointEntry? StartFrom { get; init; }

    /// <summary>Whether a mistake is made on purpose.</summary>
    internal Func<PlantedMistake, bool> IsPlanted { get; init; } = _ => false;
}
