using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>A worker that the coordinator knows.</summary>
internal sealed class RegisteredWorker(WorkerDescription description, IActorRef reference)
{
    public WorkerDescription Description { get; } = description;

    public IActorRef Reference { get; } = reference;

    public WorkerState State { get; set; } = new();

    /// <summary>The newest steps that it has taken part in, where it was asked.</summary>
    public IReadOnlyList<StepCompleted> Taken { get; set; } = [];

    /// <summary>The last of them; 0 for none.</summary>
    public int LastTaken => Taken is [.., var last] ? last.Step : 0;

    /// <summary>Whether it was asked for them while a generation is taken over.</summary>
    public bool IsAsked { get; set; }

    /// <summary>When it was heard.</summary>
    public required SignsOfLife Signs { get; init; }

    /// <summary>Why it is to leave; null where it stays.</summary>
    public string? Leaving { get; set; }

    /// <summary>Whether it is to leave because it is slow.</summary>
    public bool IsSlow { get; set; }

    /// <summary>When its device or memory failed, lately.</summary>
    public Queue<TimeSpan> Failures { get; } = new();

    /// <summary>Whether it has joined during the assessment under way: it has less time to answer than the others.</summary>
    public bool IsLate { get; set; }
}
