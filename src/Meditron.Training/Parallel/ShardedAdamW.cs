using Meditron.Torch.Kernels;
using Meditron.Training.Optimization;

namespace Meditron.Training.Parallel;

/// <summary>AdamW (Loshchilov and Hutter 2019, algorithm 2) on one rank's shard; the same arithmetic, element by element, as on whole buffers.</summary>
public sealed class ShardedAdamW
{
    private readonly ShardedState state;
    private readonly AdamWOptions options;
    private readonly IKernels kernels;

    /// <summary>Makes the optimizer of a shard.</summary>
    public ShardedAdamW(ShardedState state, AdamWOptions options, IKernels kernels)
    {
        this.state = state;
        this.options = options;
        this.kernels = kernels;
    }

    /// <summary>Updates made so far; steps skipped for a non-finite gradient are not among them.</summary>
    public long Updates => state.Position.Updates;

    /// <summary>Begins an update that <see cref="Update"/> makes bucket by bucket, from the state's current version into the other.</summary>
    /// <param name="learningRate">Learning rate of this step.</param>
    /// <param name="scale">Factor that turns the sum of gradients into the mean.</param>
    /// <param name="norm">Global norm of the scaled gradients.</param>
    public AdamWStep Begin(double learningRate, double scale, double norm)
    {
        state.BeginUpdate();
        return new AdamWStep(learningRate, options.Beta1, options.Beta2, options.Eps, options.WeightDecay, Updates + 1, scale * options.ClipFactor(norm));
    }

    /// <summary>Updates this rank's piece of one bucket, and its compute copy.</summary>
    /// <exception cref="Recovery.StateDamagedException">The state that it was to be updated from is damaged beyond repair.</exception>
    public void Update(int bucket, AdamWStep step)
    {
        var piece = state.Pieces[bucket];
        if (piece.Length == 0)
        {
            return;
        }

        var next = state.NextPieces[bucket].State;
        step = piece.Bucket.IsNorms && !options.DecayNorms ? step with { weight_decay = 0.0 } : step;
        if (!state.IsChecked)
        {
            kernels.adamw(piece.State, piece.Gradient, next, piece.ComputeCopy, step);
            return;
        }

        // The old version is still whole, so that an update from a damaged block is simply made again.
        for (var damaged = Checked(); damaged >= 0; damaged = Checked())
        {
            state.Mend(bucket, damaged);
        }

        long Checked() => kernels.adamw(piece.State, piece.Gradient, next, piece.ComputeCopy, step, state.ChecksumsOf(bucket), state.NextChecksumsOf(bucket));
    }
}
