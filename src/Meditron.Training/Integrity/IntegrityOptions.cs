namespace Meditron.Training.Integrity;

/// <summary>How often ranks compare what must be equal on them.</summary>
public sealed record IntegrityOptions
{
    /// <summary>Steps between comparisons of the weights of ranks that hold the same ones; 0 for before checkpoints alone.</summary>
    public int HashInterval { get; init; }

    /// <summary>Steps between micro-batches that another rank computes as well; 0 for none.</summary>
    public int VerifyInterval { get; init; }

    /// <summary>Steps between checkpoints, before which the weights are compared; 0 for none.</summary>
    public int CheckpointInterval { get; init; }

    /// <summary>Whether the weights are compared in a step.</summary>
    /// <param name="step">The step, counted from 1.</param>
    public bool IsHashed(int step) => Divides(HashInterval, step) || Divides(CheckpointInterval, step);

    private static bool Divides(int interval, int step) => interval > 0 && step % interval == 0;
}
