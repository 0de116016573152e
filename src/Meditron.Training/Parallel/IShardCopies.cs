namespace Meditron.Training.Parallel;

/// <summary>Copies a rank's shard elsewhere after every step, while the next one is computed.</summary>
public interface IShardCopies
{
    /// <summary>Begins to copy the version that training stands on.</summary>
    void Begin(ShardedState state);

    /// <summary>Waits until what was begun is complete, or nothing is copied any more.</summary>
    /// <param name="interrupted">Called while it waits; throws where there is nothing to wait for any more.</param>
    void End(Action interrupted);
}
