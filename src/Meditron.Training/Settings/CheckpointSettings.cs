using System.ComponentModel.DataAnnotations;

namespace Meditron.Training.Settings;

/// <summary>When the state is saved, what is kept, and where a run starts from: <c>meditron.checkpoint</c>.</summary>
public sealed record CheckpointSettings
{
    /// <summary>A checkpoint every so many steps; 0: only at the end and on Ctrl-C.</summary>
    [Range(0, int.MaxValue)]
    public required int Interval { get; init; }

    /// <summary>How many of the newest checkpoints are kept; 0: all.</summary>
    [Range(0, int.MaxValue)]
    public required int KeepLast { get; init; }

    /// <summary>Checkpoints of steps divisible by this are kept for good; 0: none.</summary>
    [Range(0, int.MaxValue)]
    public required int KeepEvery { get; init; }

    /// <summary>How many checkpoints with the lowest validation loss are kept beside; 0: none.</summary>
    [Range(0, int.MaxValue)]
    public required int KeepBest { get; init; }

    /// <summary><c>auto</c> (the newest good one of this run, if any), <c>never</c>, or a checkpoint's folder.</summary>
    [RegularExpression(".+", ErrorMessage = "auto, never, or the folder of a checkpoint")]
    public required string Resume { get; init; }
}
