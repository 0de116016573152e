using System.ComponentModel.DataAnnotations;

namespace Meditron.Training.Settings;

/// <summary>How often ranks compare what must be equal on them: <c>meditron.recovery.integrity</c>.</summary>
public sealed record IntegritySettings
{
    /// <summary>Steps between comparisons of the weights of ranks that hold the same ones; 0 for before checkpoints alone.</summary>
    [Range(0, int.MaxValue)]
    public required int HashInterval { get; init; }

    /// <summary>Steps between micro-batches that another rank computes as well; 0 for none.</summary>
    [Range(0, int.MaxValue)]
    public required int VerifyInterval { get; init; }
}
