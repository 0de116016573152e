using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster;

internal sealed partial class ClusterCoreDaemon
{
    // Whom this node has told the gossip, when, and which; and whom it has not told what is newer, as that was just before.
    private readonly Dictionary<UniqueAddress, (Gossip Gossip, TimeSpan At)> _told = [];
    private readonly SortedSet<UniqueAddress> _owed = [];
    private bool _toldLeader;

    private void GossipPeriodically()
    {

        if (_targets.Select(_state, _random) is not { } target)
        {
            return;
        }

        if (_state.Gossip.SeenBy(target))
        {
            SendStatus(target, CoreOf(target.Address));
        }
        else
        {
            GossipTo(target);
        }

        // While most do not have the newest, one at a time would take too long.
        if (_state.Gossip.Seen.Count * 2 < _state.Members.Count)
        {
            foreach (var node in _targets.SelectBehind(_state, 2, _random))
            {
                if (!node.Equals(target))
                {
                    GossipTo(node);
                }
            }
        }
    }

    private void GossipTo(UniqueAddress node)
    {
        if (_state.MayGossipTo(node))
        {
            CoreOf(node.Address).Tell(new GossipEnvelope(SelfNode, node, _state.Gossip), Self);
        }
    }

    /// <summary>Tells a member, but not again and again while much changes: then what has come about meanwhile is told at once.</summary>
    private void GossipSoon(UniqueAddress node)
    {
        if (Settings.GossipPause == TimeSpan.Zero)
        {
            GossipTo(node);
            return;
        }

        var now = Now;
        if (!_told.TryGetValue(node, out var last) || now - last.At >= Settings.GossipPause)
        {
            _told[node] = (_state.Gossip, now);
            GossipTo(node);
        }
        else if (_owed.Add(node) && _owed.Count == 1)
        {
            Timers.StartSingleTimer(CoreTick.GossipOwed, CoreTick.GossipOwed, Settings.GossipPause);
        }
    }

    private void GossipOwed()
    {
        var now = Now;
        foreach (var node in _owed)
        {
            if (!ReferenceEquals(_told[node].Gossip, _state.Gossip))
            {
                _told[node] = (_state.Gossip, now);
                GossipTo(node);
            }
        }

        _owed.Clear();
    }

    private TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    private void SendStatus(UniqueAddress node, IActorRef core) =>
        core.Tell(new GossipStatus(SelfNode, _state.Gossip.Version, _state.Gossip.Seen), Self);

    private void ReceiveStatus(GossipStatus status)
    {
        if (!_state.MayHearFrom(status.From))
        {
            _cluster.LogInfo("Ignoring received gossip status from unknown or unreachable [{0}]", status.From);
            return;
        }

        var gossip = _state.Gossip;
        switch (status.Version.CompareTo(gossip.Version))
        {
            case VectorClock.Ordering.Same when status.Seen.SetEquals(gossip.Seen):
                break;
            case VectorClock.Ordering.After:
                SendStatus(status.From, CoreOf(status.From.Address));
                break;
            default:
                GossipTo(status.From);
                break;
        }
    }

    private void ReceiveGossip(GossipEnvelope envelope)
    {
        var from = envelope.From;
        if (WhyIgnored(envelope) is { } reason)
        {
            _cluster.LogInfo("Ignoring received gossip from [{0}]: {1}", from, reason);
            return;
        }

        var received = envelope.Gossip;
        if (received.Tombstones.ContainsKey(SelfNode))
        {
            _cluster.LogWarning("Received gossip from [{0}] that this node has been removed from the cluster. Shutting down myself", from.Address);
            Shutdown();
            return;
        }

        var own = _state.Gossip;
        var (next, outcome) = GossipExchange.Reconcile(own, received, SelfNode, _relations);
        if (outcome == GossipExchange.Outcome.Merged)
        {
            next = PlantedMistakes.InMerge(_cluster.Runtime, next, own, received);
        }

        var talkBack = outcome is GossipExchange.Outcome.Older or GossipExchange.Outcome.Merged || !received.SeenBy(SelfNode);
        next = next.MarkSeen(SelfNode);
        if (Settings.VerboseGossipReceivedLogging)
        {
            _cluster.Log.Debug("Cluster Node [{0}] - Received gossip from [{1}], {2}: {3}", SelfNode.Address, from.Address, outcome, received);
        }

        foreach (var member in next.Members)
        {
            if (member.Status == MemberStatus.Joining && !own.HasMember(member.UniqueAddress))
            {
                // What is remembered of an earlier incarnation at that address says nothing about this one.
                _cluster.FailureDetector.Remove(member.Address);
            }
        }

        if (SelfStatus != MemberStatus.Down && next.Member(SelfNode).Status == MemberStatus.Down)
        {
            _cluster.LogWarning("Received gossip where this member has been downed, from [{0}]", from.Address);
        }

        Adopt(next);
        _spread |= outcome == GossipExchange.Outcome.Merged;
        if (talkBack)
        {
            GossipSoon(from);
        }
    }

    private string? WhyIgnored(GossipEnvelope envelope)
    {
        if (!envelope.To.Equals(SelfNode))
        {
            return $"it is intended for [{envelope.To}]";
        }

        if (envelope.ArrivedAt != 0 && _cluster.Runtime.Time.GetElapsedTime(envelope.ArrivedAt) > Settings.GossipTimeToLive)
        {
            return $"it waited longer than gossip-time-to-live [{Settings.GossipTimeToLive}]";
        }

        if (_state.Gossip.Tombstones.ContainsKey(envelope.From))
        {
            // It does not know that it was removed; telling it lets it stop by itself.
            CoreOf(envelope.From.Address).Tell(new GossipEnvelope(SelfNode, envelope.From, _state.Gossip), Self);
            return "the sender has been removed from the cluster";
        }

        var known = _state.Gossip.HasMember(envelope.From);
        if (!known && !envelope.Gossip.HasMember(envelope.From))
        {
            return "the sender is unknown";
        }

        // A member that is unknown here was admitted by one that has ended, or was parted from this node, before it could tell; nobody else may tell it now.
        if (known && !_state.MayHearFrom(envelope.From))
        {
            return "the sender is unreachable";
        }

        return envelope.Gossip.HasMember(SelfNode) || envelope.Gossip.Tombstones.ContainsKey(SelfNode)
            ? null
            : "it does not contain this node";
    }

    // The leader may be waiting for the very last one to have seen the gossip, and not be who hears of it.
    private void TellLeaderOfConvergence()
    {
        var converged = _state.HasConverged(_exitingConfirmed);
        if (converged && !_toldLeader && !_state.IsLeader && _state.Leader is { } leader)
        {
            GossipTo(leader);
        }

        _toldLeader = converged;
    }
}
