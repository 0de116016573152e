using Meditron.Llama;

namespace Meditron.Training.Parallel;

/// <summary>The part of one parameter that lies in one rank's shard.</summary>
/// <param name="Parameter">The parameter.</param>
/// <param name="Start">First element, counted within the parameter.</param>
/// <param name="Length">Elements.</param>
/// <param name="ShardOffset">Where it begins in the rank's shard buffers.</param>
public sealed record ShardSlice(ParameterSpec Parameter, long Start, long Length, long ShardOffset);
