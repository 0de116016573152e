namespace Meditron.Training.Recovery;

/// <summary>Consecutive elements of one shard that belong into another.</summary>
/// <param name="From">First element in the one.</param>
/// <param name="To">First element in the other.</param>
/// <param name="Length">Elements.</param>
internal readonly record struct ShardMove(long From, long To, long Length);
