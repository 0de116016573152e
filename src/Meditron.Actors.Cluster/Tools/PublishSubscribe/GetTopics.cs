using System.Collections.Immutable;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Asks the mediator for all topics it knows of; answered with <see cref="CurrentTopics"/>.</summary>
public sealed class GetTopics
{
    private GetTopics()
    {
    }

    /// <summary>The one instance.</summary>
    public static GetTopics Instance { get; } = new();
}

/// <summary>The topics that have subscribers, on whichever node.</summary>
public sealed class CurrentTopics : IEquatable<CurrentTopics>
{
    /// <summary>Makes the answer.</summary>
    public CurrentTopics(IImmutableSet<string> topics)
    {
        Topics = topics ?? ImmutableSortedSet<string>.Empty;
    }

    /// <summary>Their names.</summary>
    public IImmutableSet<string> Topics { get; }

    /// <inheritdoc/>
    public bool Equals(CurrentTopics? other) => other is not null && Topics.SetEquals(other.Topics);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as CurrentTopics);

    /// <inheritdoc/>
    public override int GetHashCode() => Topics.Count;

    /// <inheritdoc/>
    public override string ToString() => $"CurrentTopics<{string.Join(", ", Topics)}>";
}
