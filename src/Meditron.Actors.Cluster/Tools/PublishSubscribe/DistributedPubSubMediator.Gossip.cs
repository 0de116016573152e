using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

public partial class DistributedPubSubMediator
{
    // A change is told to this many nodes at once; in a larger cluster the gossip does the rest.
    private const int SpreadLimit = 16;

    private ImmutableSortedSet<UniqueAddress> _members = ImmutableSortedSet<UniqueAddress>.Empty;
    private ImmutableList<UniqueAddress> _peers = [];
    private bool _joined;

    private void Observe()
    {
        var gossip = _cluster.View.Gossip;
        if (!gossip.HasMember(_cluster.SelfUniqueAddress))
        {
            if (_joined)
            {
                Context.Stop(Self);
            }

            return;
        }

        _joined = true;
        var known = gossip.Members
            .Where(m => (_settings.Role is null || m.HasRole(_settings.Role)) && m.Status is not (MemberStatus.Joining or MemberStatus.Down))
            .ToList();
        _members = known.Select(m => m.UniqueAddress).ToImmutableSortedSet();
        var before = _peers;
        _peers = known
            .Where(m => m.Status is MemberStatus.Up or MemberStatus.WeaklyUp or MemberStatus.Leaving)
            .Select(m => m.UniqueAddress)
            .Where(n => !n.Equals(_cluster.SelfUniqueAddress))
            .ToImmutableList();
        _registry.KeepOnly(_members);
        foreach (var gone in _mediators.Keys.Where(n => !_members.Contains(n)).ToList())
        {
            _mediators.Remove(gone);
        }

        foreach (var newcomer in _peers.Except(before))
        {
            TellStatus(MediatorOn(newcomer), isReply: false);
        }
    }

    private void Register(RegistryKey key, IActorRef? receiver)
    {
        var before = _registry.OwnVersion;
        if (!_registry.Set(key, receiver, _cluster.Runtime.UnixMilliseconds(), Now) || _registry.OwnSince(before, int.MaxValue) is not { } delta)
        {
            return;
        }

        var message = new RegistryDelta([delta]);
        foreach (var peer in Some(_peers, SpreadLimit))
        {
            MediatorOn(peer).Tell(message, Self);
        }
    }

    private void OnTick(MediatorTick tick)
    {
        if (tick == MediatorTick.Prune)
        {
            _registry.Prune(Now - _settings.RemovedTimeToLive);
            foreach (var unused in _turns.Keys.Where(key => !_registry.Receivers.Find(key).Any()).ToList())
            {
                _turns.Remove(unused);
            }
        }
        else if (!_peers.IsEmpty)
        {
            TellStatus(MediatorOn(_peers[_random.Next(_peers.Count)]), isReply: false);
        }
    }

    private void OnStatus(RegistryStatus status)
    {
        if (!IsFromMember())
        {
            return;
        }

        var missing = _registry.Missing(status.Versions, _settings.MaxDeltaElements);
        if (!missing.IsEmpty)
        {
            Sender.Tell(new RegistryDelta(missing), Self);
        }

        if (!status.IsReply && _registry.IsBehind(status.Versions, _members.Contains))
        {
            TellStatus(Sender, isReply: true);
        }
    }

    private void OnDelta(RegistryDelta delta)
    {
        // Only from and about members: otherwise what has been removed with its node could come back.
        if (!IsFromMember())
        {
            return;
        }

        var ask = false;
        foreach (var bucket in delta.Buckets)
        {
            if (_members.Contains(bucket.Owner))
            {
                ask |= _registry.Take(bucket, Now) == RegistryOfReceivers.Outcome.Ask;
            }
        }

        if (ask)
        {
            TellStatus(Sender, isReply: true);
        }
    }

    private bool IsFromMember() => _members.Any(n => n.Address.Equals(Sender.Path.Address));

    private void TellStatus(IActorRef mediator, bool isReply) => mediator.Tell(new RegistryStatus(_registry.Versions, isReply), Self);

    private IEnumerable<UniqueAddress> Some(ImmutableList<UniqueAddress> nodes, int most)
    {
        if (nodes.Count <= most)
        {
            return nodes;
        }

        var from = _random.Next(nodes.Count);
        return Enumerable.Range(0, most).Select(i => nodes[(from + i) % nodes.Count]);
    }
}
