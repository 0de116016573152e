using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>The process groups of one rank; null where a group would have one member. They are replaced by those of a new generation.</summary>
/// <param name="world">All ranks.</param>
/// <param name="data">The ranks with the same weights, in the order of their micro-batches.</param>
/// <param name="pipeline">The ranks that pass this rank's micro-batches along, in the order of the stages.</param>
/// <param name="tensor">The ranks that share this rank's layers, in the order of their shards.</param>
public sealed class RankGroups(ProcessGroup? world, ProcessGroup? data, ProcessGroup? pipeline, ProcessGroup? tensor) : IDisposable
{
    private volatile string? aborted;

    /// <summary>The groups of a single rank.</summary>
    public static RankGroups None => new(null, null, null, null);

    /// <summary>All ranks.</summary>
    public ProcessGroup? World { get; private set; } = world;

    /// <summary>The ranks with the same weights, in the order of their micro-batches.</summary>
    public ProcessGroup? Data { get; private set; } = data;

    /// <summary>The ranks that pass this rank's micro-batches along, in the order of the stages.</summary>
    public ProcessGroup? Pipeline { get; private set; } = pipeline;

    /// <summary>The ranks that share this rank's layers, in the order of their shards.</summary>
    public ProcessGroup? Tensor { get; private set; } = tensor;

    /// <summary>Told how the rank gets on; it outlives the groups.</summary>
    public DeviceProgress Progress { get; internal set; } = new();

    /// <summary>Takes the groups of a new generation of the same layout over, and disposes the old ones.</summary>
    public void Replace(RankGroups newer)
    {
        ArgumentNullException.ThrowIfNull(newer);
        Dispose();
        aborted = null;
        (World, Data, Pipeline, Tensor) = (newer.World, newer.Data, newer.Pipeline, newer.Tensor);
    }

    /// <summary>Throws where the groups were aborted, for work that waits for none of them at the moment.</summary>
    /// <exception cref="OperationCanceledException">They were.</exception>
    public void ThrowIfAborted()
    {
        if (aborted is { } reason)
        {
            throw new OperationCanceledException($"The groups were aborted: {reason}");
        }
    }

    /// <summary>The rank has got something done; throws where the groups were aborted.</summary>
    /// <exception cref="OperationCanceledException">They were.</exception>
    public void Passed()
    {
        Progress.Passed();
        ThrowIfAborted();
    }

    /// <summary>The rank waits for others until the result is disposed.</summary>
    public DeviceProgress.Span Waiting() => Progress.Enter(DeviceActivity.Waiting);

    /// <summary>Ends every pending operation of every group with an error.</summary>
    /// <param name="reason">Why, for the error's text.</param>
    public void Abort(string reason)
    {
        aborted = reason;
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
