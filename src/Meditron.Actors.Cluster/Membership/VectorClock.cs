using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>A version of distributed data: how many changes each node has made to it, so that two versions can be told to be ordered or concurrent.</summary>
public sealed class VectorClock : IEquatable<VectorClock>
{
    private VectorClock(ImmutableSortedDictionary<Node, long> versions) => Versions = versions;

    /// <summary>How two versions relate.</summary>
    public enum Ordering
    {
        /// <summary>This version includes the other and more.</summary>
        After = 0,

        /// <summary>The other version includes this one and more.</summary>
        Before = 1,

        /// <summary>They are the same version.</summary>
        Same = 2,

        /// <summary>Each has changes the other lacks.</summary>
        Concurrent = 3,

        /// <summary>Not a result: stands for "compare to the end".</summary>
        FullOrder = 4,
    }

    /// <summary>The number of changes by node.</summary>
    public ImmutableSortedDictionary<Node, long> Versions { get; }

    /// <summary>The version before any change.</summary>
    public static VectorClock Create() => new(ImmutableSortedDictionary<Node, long>.Empty);

    /// <summary>The version with these numbers of changes.</summary>
    public static VectorClock Create(ImmutableSortedDictionary<Node, long> seedValues) => new(seedValues);

    /// <summary>The next version, after one more change by a node.</summary>
    public VectorClock Increment(Node node) => new(Versions.SetItem(node, Versions.GetValueOrDefault(node) + 1));

    /// <summary>The least version that includes both.</summary>
    public VectorClock Merge(VectorClock that)
    {
        ArgumentNullException.ThrowIfNull(that);
        var merged = Versions.ToBuilder();
        foreach (var (node, count) in that.Versions)
        {
            if (!merged.TryGetValue(node, out var own) || own < count)
            {
                merged[node] = count;
            }
        }

        return new VectorClock(merged.ToImmutable());
    }

    /// <summary>The version without what a node has contributed, for when that node is gone for good.</summary>
    public VectorClock Prune(Node removedNode) => Versions.ContainsKey(removedNode) ? new VectorClock(Versions.Remove(removedNode)) : this;

    /// <summary>How this version relates to the other.</summary>
    public Ordering CompareTo(VectorClock that)
    {
        ArgumentNullException.ThrowIfNull(that);
        if (ReferenceEquals(this, that) || ReferenceEquals(Versions, that.Versions))
        {
            return Ordering.Same;
        }

        bool ahead = false, behind = false;
        foreach (var (node, count) in Versions)
        {
            var other = that.Versions.GetValueOrDefault(node);
            ahead |= count > other;
            behind |= count < other;
        }

        foreach (var (node, count) in that.Versions)
        {
            behind |= count > Versions.GetValueOrDefault(node);
        }

        return (ahead, behind) switch
        {
            (false, false) => Ordering.Same,
            (true, false) => Ordering.After,
            (false, true) => Ordering.Before,
            _ => Ordering.Concurrent,
        };
    }

    /// <summary>Whether the other version includes this one and more.</summary>
    public bool IsBefore(VectorClock that) => CompareTo(that) == Ordering.Before;

    /// <summary>Whether this version includes the other and more.</summary>
    public bool IsAfter(VectorClock that) => CompareTo(that) == Ordering.After;

    /// <summary>Whether both are the same version.</summary>
    public bool IsSameAs(VectorClock that) => CompareTo(that) == Ordering.Same;

    /// <summary>Whether each has changes that the other lacks.</summary>
    public bool IsConcurrentWith(VectorClock that) => CompareTo(that) == Ordering.Concurrent;

    /// <inheritdoc/>
    bool IEquatable<VectorClock>.Equals(VectorClock? other) => other is not null && IsSameAs(other);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => obj is VectorClock other && IsSameAs(other);

    /// <inheritdoc/>
    public override int GetHashCode()
    {
        var hash = new HashCode();
        foreach (var (node, count) in Versions)
        {
            if (count != 0)
            {
                hash.Add(node);
                hash.Add(count);
            }
        }

        return hash.ToHashCode();
    }

    /// <inheritdoc/>
    public override string ToString() => $"VectorClock({string.Join(", ", Versions.Select(v => $"{v.Key}->{v.Value}"))})";

    /// <summary>Whether both are the same version.</summary>
    public static bool operator ==(VectorClock? left, VectorClock? right) => left is null ? right is null : right is not null && left.IsSameAs(right);

    /// <summary>Whether they are different versions.</summary>
    public static bool operator !=(VectorClock? left, VectorClock? right) => !(left == right);

    /// <summary>Whether the left version includes the right one and more.</summary>
    public static bool operator >(VectorClock left, VectorClock right) => left?.IsAfter(right) ?? false;

    /// <summary>Whether the right version includes the left one and more.</summary>
    public static bool operator <(VectorClock left, VectorClock right) => left?.IsBefore(right) ?? false;

    /// <summary>One who makes changes, by name.</summary>
    public class Node : IComparable<Node>
    {
        private readonly string _value;

        /// <summary>Makes the node of that name.</summary>
        public Node(string value) => _value = value ?? throw new ArgumentNullException(nameof(value));

        /// <summary>The node of that name.</summary>
        public static Node Create(string name) => new(name);

        /// <summary>The node whose name came over the wire.</summary>
        public static Node FromHash(string hash) => new(hash);

        /// <inheritdoc/>
        public int CompareTo(Node? other) => other is null ? 1 : string.CompareOrdinal(_value, other._value);

        /// <inheritdoc/>
        public override bool Equals(object? obj) => obj is Node other && string.Equals(_value, other._value, StringComparison.Ordinal);

        /// <inheritdoc/>
        public override int GetHashCode() => string.GetHashCode(_value, StringComparison.Ordinal);

        /// <inheritdoc/>
        public override string ToString() => _value;
    }
}
