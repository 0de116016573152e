using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>A worker that the coordinator knows.</summary>
internal sealed class RegisteredWorker(WorkerDescription description, IActorRef reference)
{
    public WorkerDescription Description { get; } = description;

    public IActorRef Reference { get; } = reference;

    public WorkerState State { get; set; } = new();
}
