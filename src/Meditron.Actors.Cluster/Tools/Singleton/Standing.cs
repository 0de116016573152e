using System.Collections.Immutable;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Where a node stands in the succession of the singleton, and why.</summary>
/// <param name="Kind">What follows from it.</param>
/// <param name="Reason">Why, in words.</param>
internal sealed record Standing(StandingKind Kind, string Reason)
{
    /// <summary>The member that has or gets the singleton instead of this node, or null.</summary>
    public UniqueAddress? Other { get; init; }

    /// <summary>Whom to ask for the singleton.</summary>
    public ImmutableList<UniqueAddress> Ask { get; init; } = [];

    /// <summary>The first of those asked that is leaving and so must answer, or null.</summary>
    public UniqueAddress? MustAnswer { get; init; }

    /// <summary>When the next removed member counts as dead, or null.</summary>
    public TimeSpan? NextDeath { get; init; }
}

/// <summary>What a node's place in the succession means for it.</summary>
internal enum StandingKind
{
    /// <summary>It is no member yet, or has never been Up.</summary>
    Outside,

    /// <summary>Another member goes before it.</summary>
    After,

    /// <summary>Nobody goes before it, but some may still have the singleton.</summary>
    Next,

    /// <summary>Nobody else has the singleton: it may run here.</summary>
    First,

    /// <summary>It leaves, and must not start the singleton any more.</summary>
    Departing,

    /// <summary>It was declared dead, and must stop the singleton.</summary>
    Downed,

    /// <summary>It is no member any more.</summary>
    Gone,
}
