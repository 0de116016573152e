using System.Collections.Immutable;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>An event with tags, by which a query finds it; made by a write adapter, and stored as the event itself.</summary>
public struct Tagged
{
    /// <summary>Tags an event.</summary>
    public Tagged(object payload, IEnumerable<string> tags)
        : this(payload, tags.ToImmutableSortedSet(StringComparer.Ordinal))
    {
    }

    /// <summary>Tags an event.</summary>
    public Tagged(object payload, IImmutableSet<string> tags)
    {
        Payload = payload;
        Tags = tags;
    }

    /// <summary>The event.</summary>
    public object Payload { get; }

    /// <summary>The tags.</summary>
    public IImmutableSet<string> Tags { get; }
}
