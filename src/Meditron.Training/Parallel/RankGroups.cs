using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>The process groups of one rank; null where a group would have one member.</summary>
/// <param name="World">All ranks.</param>
/// <param name="Data">The ranks with the same weights, in the order of their micro-batches.</param>
/// <param name="Pipeline">The ranks that pass this rank's micro-batches along, in the order of the stages.</param>
/// <param name="Tensor">The ranks that share this rank's layers, in the order of their shards.</param>
public sealed record RankGroups(ProcessGroup? World, ProcessGroup? Data, ProcessGroup? Pipeline, ProcessGroup? Tensor) : IDisposable
{
    /// <summary>The groups of a single rank.</summary>
    public static RankGroups None { get; } = new(null, null, null, null);

    /// <summary>Ends every pending operation of every group with an error.</summary>
    /// <param name="reason">Why, for the error's text.</param>
    public void Abort(string reason)
    {
        World?.Abort(reason);
        Data?.Abort(reason);
        Pipeline?.Abort(reason);
        Tensor?.Abort(reason);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        World?.Dispose();
        Data?.Dispose();
        Pipeline?.Dispose();
        Tensor?.Dispose();
    }
}
