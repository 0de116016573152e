using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

/// <summary>Who is registered on which node, as far as one node knows: a bucket for each node, of which only its owner makes new versions. Time is given.</summary>
/// <remarks>
/// Two nodes that exchange the versions of their buckets, and what is newer in either, know the same afterwards. Changes may be lost, repeated and reordered: who lacks the
/// version they build on does not take them, and asks.
/// </remarks>
internal sealed class RegistryOfReceivers
{
    private readonly UniqueAddress _self;
    private readonly SortedDictionary<UniqueAddress, Bucket> _buckets = [];
    private readonly Bucket _own;

    public RegistryOfReceivers(UniqueAddress self)
    {
        _self = self;
        _own = new Bucket(self);
        _buckets[self] = _own;
    }

    /// <summary>What became of changes that came from another node.</summary>
    public enum Outcome
    {
        /// <summary>They were known, or are now.</summary>
        Taken,

        /// <summary>They build on a version that this node does not have, or there is more.</summary>
        Ask,
    }

    /// <summary>Where each one is found.</summary>
    public ReceiverIndex Receivers { get; } = new();

    public long OwnVersion => _own.Version;

    public ImmutableSortedDictionary<UniqueAddress, long> Versions =>
        _buckets.Values.ToImmutableSortedDictionary(b => b.Owner, b => b.Version);

    /// <summary>Whether somebody is registered on this node.</summary>
    public IActorRef? Own(RegistryKey key) => _own.Find(key)?.Receiver;

    /// <summary>Registers somebody on this node, or takes it back with null.</summary>
    /// <param name="key">What for.</param>
    /// <param name="receiver">Whom, or null.</param>
    /// <param name="clock">The time in milliseconds of the Unix epoch: versions are never lower, so that they grow over restarts of the mediator.</param>
    /// <param name="now">The time on this node's own clock.</param>
    /// <returns>Whether that changed anything.</returns>
    public bool Set(RegistryKey key, IActorRef? receiver, long clock, TimeSpan now)
    {
        if (Equals(Own(key), receiver))
        {
            return false;
        }

        Take(_own, new RegistryEntry(key, Math.Max(clock, _own.Version + 1), receiver), now);
        return true;
    }

    /// <summary>What has changed on this node since one of its versions.</summary>
    public BucketDelta? OwnSince(long version, int most) => _own.Since(version, most);

    /// <summary>What one with these versions does not have, in at most so many entries.</summary>
    public ImmutableList<BucketDelta> Missing(ImmutableSortedDictionary<UniqueAddress, long> versions, int most)
    {
        var result = ImmutableList.CreateBuilder<BucketDelta>();
        foreach (var bucket in _buckets.Values)
        {
            if (bucket.Since(versions.GetValueOrDefault(bucket.Owner), Math.Max(1, most)) is not { } delta)
            {
                continue;
            }

            if (most <= 0)
            {
                // No room: the one before has more, or this one does.
                result[^1] = result[^1] with { HasMore = true };
                break;
            }

            result.Add(delta);
            most -= delta.Entries.Count;
        }

        return result.ToImmutable();
    }

    /// <summary>Whether one with these versions has something that is not known here.</summary>
    public bool IsBehind(ImmutableSortedDictionary<UniqueAddress, long> versions, Func<UniqueAddress, bool> isMember) =>
        versions.Any(v => isMember(v.Key) && !v.Key.Equals(_self) && v.Value > (_buckets.GetValueOrDefault(v.Key)?.Version ?? 0));

    /// <summary>Takes changes of another node's bucket.</summary>
    public Outcome Take(BucketDelta delta, TimeSpan now)
    {
        if (delta.Owner.Equals(_self))
        {
            return Outcome.Taken;
        }

        var bucket = _buckets.GetValueOrDefault(delta.Owner) ?? new Bucket(delta.Owner);
        if (delta.Version <= bucket.Version)
        {
            return Outcome.Taken;
        }

        if (delta.Base > bucket.Version)
        {
            return Outcome.Ask;
        }

        _buckets[delta.Owner] = bucket;
        if (delta.Replaces)
        {
            foreach (var entry in bucket.Present)
            {
                Receivers.Remove(delta.Owner, entry.Key);
            }

            bucket.Clear(delta.Version);
        }

        foreach (var entry in delta.Entries)
        {
            if ((bucket.Find(entry.Key)?.Version ?? 0) < entry.Version)
            {
                Take(bucket, entry, now);
            }
        }

        bucket.MoveTo(delta.Version);
        return delta.HasMore ? Outcome.Ask : Outcome.Taken;
    }

    /// <summary>Forgets all nodes but these, and this one.</summary>
    public void KeepOnly(IReadOnlySet<UniqueAddress> members)
    {
        foreach (var bucket in _buckets.Values.Where(b => !b.Owner.Equals(_self) && !members.Contains(b.Owner)).ToList())
        {
            foreach (var entry in bucket.Present)
            {
                Receivers.Remove(bucket.Owner, entry.Key);
            }

            _buckets.Remove(bucket.Owner);
        }
    }

    /// <summary>Forgets what was taken back before a time.</summary>
    public void Prune(TimeSpan before)
    {
        foreach (var bucket in _buckets.Values)
        {
            bucket.Prune(before);
        }
    }

    private void Take(Bucket bucket, RegistryEntry entry, TimeSpan now)
    {
        bucket.Set(entry, now);
        if (entry.Receiver is null)
        {
            Receivers.Remove(bucket.Owner, entry.Key);
        }
        else
        {
            Receivers.Add(bucket.Owner, entry.Key, entry.Receiver);
        }
    }
}
