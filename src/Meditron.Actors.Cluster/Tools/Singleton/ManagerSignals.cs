using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>The coordinated shutdown has come to the phase in which singletons are handed over.</summary>
internal sealed record NodeDeparts : INoSerializationVerificationNeeded
{
    public static readonly NodeDeparts Instance = new();
}

/// <summary>What came of an attempt to take the lease.</summary>
internal sealed record LeaseAnswer(bool Acquired, Exception? Failure) : INoSerializationVerificationNeeded;

/// <summary>The lease was given up, or could not be.</summary>
internal sealed record LeaseReleased(Exception? Failure) : INoSerializationVerificationNeeded;

/// <summary>The lease that was held is lost.</summary>
internal sealed record LeaseLost(Exception? Cause) : INoSerializationVerificationNeeded;

/// <summary>The signals of a manager's timers.</summary>
internal enum ManagerTick
{
    /// <summary>Ask again for the singleton.</summary>
    AskAgain,

    /// <summary>Remind the next one that it comes next.</summary>
    RemindNext,

    /// <summary>Nobody has asked for the singleton: stop it while there is time.</summary>
    GiveUp,

    /// <summary>A removed member counts as dead now.</summary>
    Death,

    /// <summary>Try again to take the lease.</summary>
    RetryLease,
}
