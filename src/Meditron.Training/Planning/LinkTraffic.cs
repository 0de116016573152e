namespace Meditron.Training.Planning;

/// <summary>What one rank sends for one kind of parallelism in a step.</summary>
/// <param name="Bytes">Bytes a step.</param>
/// <param name="WithinNode">Whether its group is on one machine.</param>
/// <param name="Seconds">How long that takes, whether or not something hides it.</param>
public sealed record LinkTraffic(double Bytes, bool WithinNode, double Seconds);
