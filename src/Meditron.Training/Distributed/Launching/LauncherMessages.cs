namespace Meditron.Training.Distributed.Launching;

// What is said to a launcher, within its process.

/// <summary>End all processes; answered with <see cref="WorkersStopped"/>.</summary>
public sealed record StopWorkers : INoSerializationVerificationNeeded;

/// <summary>All processes have ended.</summary>
public sealed record WorkersStopped : INoSerializationVerificationNeeded;

/// <summary>Asks for the process ids.</summary>
public sealed record GetProcesses : INoSerializationVerificationNeeded;

/// <summary>The process ids by slot; 0 where none runs.</summary>
public sealed record ProcessIds(IReadOnlyList<int> Ids) : INoSerializationVerificationNeeded;
