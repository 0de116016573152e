namespace Meditron.Training.Distributed.Coordination;

/// <summary>A process that can keep copies of shards of other machines.</summary>
/// <param name="Id">The worker or agent.</param>
/// <param name="Machine">Its machine.</param>
/// <param name="Name">What messages call it.</param>
/// <param name="IsLauncher">Whether it is the machine's launcher, which outlives workers.</param>
public sealed record CopyHolder(string Id, string Machine, string Name, bool IsLauncher);
