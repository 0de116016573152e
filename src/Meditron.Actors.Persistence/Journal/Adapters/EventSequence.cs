using System.Diagnostics.CodeAnalysis;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>Events in order.</summary>
public interface IEventSequence
{
    /// <summary>The events.</summary>
    IEnumerable<object> Events { get; }
}

/// <summary>No events.</summary>
public interface IEmptyEventSequence : IEventSequence;

/// <summary>Makes sequences of events.</summary>
public static class EventSequence
{
    /// <summary>No event.</summary>
    public static readonly IEventSequence Empty = EmptyEventSequence.Instance;

    /// <summary>One event.</summary>
    public static IEventSequence Single(object e) => new SingleEventSequence(e);

    /// <summary>Several events.</summary>
    public static IEventSequence Create(params object[] events) => new EventSequence<object>(events);

    /// <summary>Several events.</summary>
    public static IEventSequence Create(IEnumerable<object> events) => new EventSequence<object>(events);
}

/// <summary>No events.</summary>
public sealed class EmptyEventSequence : IEmptyEventSequence, IEquatable<IEventSequence>
{
    /// <summary>The one instance.</summary>
    public static readonly EmptyEventSequence Instance = new();

    private EmptyEventSequence()
    {
    }

    /// <inheritdoc/>
    public IEnumerable<object> Events => [];

    /// <inheritdoc/>
    public bool Equals(IEventSequence? other) => other is EmptyEventSequence;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IEventSequence);

    /// <inheritdoc/>
    public override int GetHashCode() => 0;
}

/// <summary>Several events.</summary>
/// <typeparam name="T">Their type.</typeparam>
public class EventSequence<T> : IEventSequence, IEquatable<IEventSequence>
{
    /// <summary>Makes the sequence.</summary>
    public EventSequence(IEnumerable<object> events) => Events = [.. events];

    /// <inheritdoc/>
    public IEnumerable<object> Events { get; }

    /// <inheritdoc/>
    public bool Equals(IEventSequence? other) => other is not null && Events.SequenceEqual(other.Events);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as IEventSequence);

    /// <inheritdoc/>
    public override int GetHashCode() => Events.Aggregate(0, HashCode.Combine);
}

/// <summary>One event.</summary>
[SuppressMessage("Usage", "CA2231", Justification = "The API has no operators.")]
public struct SingleEventSequence : IEventSequence, IEquatable<IEventSequence>
{
    private readonly object _event;

    /// <summary>Makes the sequence.</summary>
    public SingleEventSequence(object e) => _event = e;

    /// <inheritdoc/>
    public readonly IEnumerable<object> Events => [_event];

    /// <inheritdoc/>
    public readonly bool Equals(IEventSequence? other) => other is not null && Events.SequenceEqual(other.Events);

    /// <inheritdoc/>
    public override readonly bool Equals(object? obj) => obj is IEventSequence other && Equals(other);

    /// <inheritdoc/>
    public override readonly int GetHashCode() => _event?.GetHashCode() ?? 0;
}
