using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Workers;

// What a worker and its device say to each other. Both are in one process, so these are plain objects.

/// <summary>Offer endpoints for a generation's process groups.</summary>
/// <param name="Generation">The generation; an older one's groups have been aborted.</param>
/// <param name="Rank">The rank to take.</param>
/// <param name="Layout">The layout.</param>
/// <param name="Threads">Threads that compute; 0 for the worker's own.</param>
internal sealed record PrepareDevice(long Generation, int Rank, ParallelLayout Layout, int Threads = 0) : INoSerializationVerificationNeeded;

/// <summary>The endpoints.</summary>
internal sealed record DevicePrepared(long Generation, int Rank, IReadOnlyList<GroupEndpoint> Endpoints) : INoSerializationVerificationNeeded;

/// <summary>Connect the groups, allocate, and load the state.</summary>
internal sealed record ConnectDevice(long Generation, IReadOnlyList<RankEndpoints> Ranks, StartFrom Start, IReadOnlyList<StateServer> Servers) : INoSerializationVerificationNeeded;

/// <summary>Prepare for being needed at once; done where the device has nothing else to do.</summary>
internal sealed record WarmUpDevice : INoSerializationVerificationNeeded;

/// <summary>It is prepared.</summary>
internal sealed record DeviceWarm : INoSerializationVerificationNeeded;

/// <summary>Tell which states are in this device's memory; answered between two steps, or once a step has failed.</summary>
internal sealed record ReportStates(long Correlation) : INoSerializationVerificationNeeded;

/// <summary>The states.</summary>
internal sealed record DeviceStates(long Correlation, IReadOnlyList<StateHandle> States) : INoSerializationVerificationNeeded;

/// <summary>The device is ready to train.</summary>
internal sealed record DeviceReady(GenerationReady Message) : INoSerializationVerificationNeeded;

/// <summary>Train until the last step, or until control says otherwise.</summary>
internal sealed record RunDevice(long Generation) : INoSerializationVerificationNeeded;

/// <summary>Ask all ranks for something after one and the same step.</summary>
internal sealed record ControlDevice(long Generation, StepControl Control) : INoSerializationVerificationNeeded;

/// <summary>A step is done.</summary>
internal sealed record DeviceStepped(StepCompleted Message) : INoSerializationVerificationNeeded;

/// <summary>All ranks stopped after this step.</summary>
internal sealed record DeviceStopped(GenerationStopped Message) : INoSerializationVerificationNeeded;

/// <summary>The device or a collective failed; the generation is over for this rank.</summary>
internal sealed record DeviceFailed(GenerationFailed Message) : INoSerializationVerificationNeeded;

/// <summary>A damaged block of the state was put right.</summary>
internal sealed record DeviceMended(StateMended Message) : INoSerializationVerificationNeeded;

/// <summary>This rank's part of a checkpoint is on the disk, or is not.</summary>
internal sealed record DeviceSaved(ShardWritten? Written, ShardFailed? Failed) : INoSerializationVerificationNeeded;
