using System.Collections.Immutable;

namespace Meditron.Actors.Cluster;

/// <summary>All members on a ring in an order that is the same on every node; each node sends heartbeats to the next few after itself.</summary>
internal sealed class HeartbeatNodeRing
{
    private readonly ImmutableSortedSet<UniqueAddress> _ring;

    public HeartbeatNodeRing(
        UniqueAddress self, IEnumerable<UniqueAddress> nodes, ImmutableSortedSet<UniqueAddress> unreachable, int monitoredByNrOfMembers)
    {
        Self = self;
        Unreachable = unreachable;
        MonitoredByNrOfMembers = monitoredByNrOfMembers;
        _ring = nodes.Append(self).ToImmutableSortedSet(RingOrder);
        MyReceivers = Receivers(self);
    }

    /// <summary>By a hash of the address, so that neighbours on the ring are seldom neighbours in the rack.</summary>
    private static readonly IComparer<UniqueAddress> RingOrder = Comparer<UniqueAddress>.Create(static (a, b) =>
    {
        var byHash = StableHash(a).CompareTo(StableHash(b));
        return byHash != 0 ? byHash : a.CompareTo(b);
    });

    public UniqueAddress Self { get; }

    public ImmutableSortedSet<UniqueAddress> Unreachable { get; }

    public int MonitoredByNrOfMembers { get; }

    /// <summary>All nodes of the ring.</summary>
    public IEnumerable<UniqueAddress> Nodes => _ring;

    /// <summary>Whom this node sends heartbeats to.</summary>
    public ImmutableSortedSet<UniqueAddress> MyReceivers { get; }

    public HeartbeatNodeRing Add(UniqueAddress node) =>
        _ring.Contains(node) ? this : new HeartbeatNodeRing(Self, _ring.Add(node), Unreachable, MonitoredByNrOfMembers);

    public HeartbeatNodeRing Remove(UniqueAddress node) =>
        _ring.Contains(node) || Unreachable.Contains(node)
            ? new HeartbeatNodeRing(Self, _ring.Remove(node), Unreachable.Remove(node), MonitoredByNrOfMembers)
            : this;

    public HeartbeatNodeRing WithUnreachable(UniqueAddress node) => new(Self, _ring, Unreachable.Add(node), MonitoredByNrOfMembers);

    public HeartbeatNodeRing WithReachable(UniqueAddress node) => new(Self, _ring, Unreachable.Remove(node), MonitoredByNrOfMembers);

    /// <summary>Whom a node sends heartbeats to.</summary>
    /// <remarks>
    /// Unreachable nodes on the way are included but not counted, up to as many as there are receivers: when many nodes stop at once, somebody
    /// who is left must watch each of them, or they could never be removed.
    /// </remarks>
    public ImmutableSortedSet<UniqueAddress> Receivers(UniqueAddress sender)
    {
        if (MonitoredByNrOfMembers >= _ring.Count - 1)
        {
            return _ring.Where(n => !n.Equals(sender)).ToImmutableSortedSet();
        }

        var chosen = ImmutableSortedSet.CreateBuilder<UniqueAddress>();
        var wanted = MonitoredByNrOfMembers;
        var start = _ring.IndexOf(sender);
        for (var i = 1; i < _ring.Count && wanted > 0; i++)
        {
            var node = _ring[(start + i) % _ring.Count];
            if (!Unreachable.Contains(node))
            {
                chosen.Add(node);
                wanted--;
            }
            else if (chosen.Count < MonitoredByNrOfMembers)
            {
                chosen.Add(node);
            }
        }

        return chosen.ToImmutable();
    }

    private static uint StableHash(UniqueAddress node)
    {
        // FNV-1a: string.GetHashCode differs from process to process.
        var hash = 2166136261u;
        foreach (var c in node.Address.ToString())
        {
            hash = (hash ^ c) * 16777619u;
        }

        return hash;
    }
}
