using Meditron.Training.Parallel;

namespace Meditron.Training.Recovery;

/// <summary>Whose shard an arena holds.</summary>
/// <param name="Token">Drawn for each arena, so that a reused descriptor is noticed.</param>
/// <param name="Job">What the shard's content depends on: a hash of model, batch and precision.</param>
/// <param name="Layout">The layout that the shard is of.</param>
/// <param name="Rank">The rank in it.</param>
/// <param name="ShardLength">Elements of the shard.</param>
public sealed record ArenaIdentity(Guid Token, ulong Job, ParallelLayout Layout, int Rank, long ShardLength);
