using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Workers;

/// <summary>What a worker says of itself.</summary>
public sealed record WorkerOptions
{
    /// <summary>The description; the actor's path is added by the actor.</summary>
    public required WorkerDescription Description { get; init; }

    /// <summary>How often it gives a sign of life.</summary>
    public TimeSpan LifeInterval { get; init; } = TimeSpan.FromMilliseconds(100);

    /// <summary>How often it registers again, so that a new coordinator learns of it.</summary>
    public TimeSpan RegistrationInterval { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How long it goes on without hearing from a coordinator.</summary>
    public TimeSpan CoordinatorTimeout { get; init; } = TimeSpan.FromMinutes(30);
}
