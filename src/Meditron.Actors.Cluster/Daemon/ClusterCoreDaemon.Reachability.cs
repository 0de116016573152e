using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

internal sealed partial class ClusterCoreDaemon
{
    // Members whose connection broke and whose machine refused another: unreachable until they answer a heartbeat again.
    private readonly SortedSet<UniqueAddress> _lostConnections = [];

    private void Reap()
    {
        var table = _state.Gossip.Reachability;
        foreach (var member in _state.Members)
        {
            var node = member.UniqueAddress;
            if (node.Equals(SelfNode))
            {
                continue;
            }

            var available = !_lostConnections.Contains(node) && _cluster.FailureDetector.IsAvailable(node.Address);
            var status = table.Status(SelfNode, node);
            if (!available && status == ReachabilityStatus.Reachable)
            {
                _cluster.LogWarning("Marking node as UNREACHABLE [{0}]", member);
                table = table.Unreachable(SelfNode, node);
            }
            else if (available && status == ReachabilityStatus.Unreachable)
            {
                _cluster.LogInfo("Marking node as REACHABLE [{0}]", member);
                table = table.Reachable(SelfNode, node);
            }
        }

        _lostConnections.RemoveWhere(n => !_state.Gossip.HasMember(n));
        if (!ReferenceEquals(table, _state.Gossip.Reachability))
        {
            Change(_state.Gossip.WithReachability(table));
        }
    }

    // Heartbeats would tell the same, some seconds later.
    private void ConnectionLost(PeerConnectionLost lost)
    {
        var node = new UniqueAddress(lost.Address, lost.Uid);
        if (!lost.Refused || !_state.Gossip.HasMember(node) || node.Equals(SelfNode))
        {
            return;
        }

        if (Settings.DownEndedProcesses && DownEnded(_state.Gossip.Member(node)))
        {
            return;
        }

        if (!Settings.ConnectionLossIsFailure)
        {
            return;
        }

        if (!_cluster.FailureDetector.IsMonitoring(node.Address) && _state.Members.Count - 1 > Settings.MonitoredByNrOfMembers)
        {
            // Others watch that member, and only they would notice its coming back.
            return;
        }

        _lostConnections.Add(node);
        _heartbeatSender.Tell(new WatchForReturn(node), Self);
        Reap();
    }

    // There are no two sides to choose from: nobody else can hear from a process that has ended. One that leaves goes its own way, and may just
    // be further on it than is known here.
    private bool DownEnded(Member member)
    {
        if (member.Status is not (MemberStatus.Joining or MemberStatus.WeaklyUp or MemberStatus.Up))
        {
            return false;
        }

        _cluster.LogWarning("The process of [{0}] has ended. Marking it as [{1}] (akka.cluster.down-ended-processes)", member, MemberStatus.Down);
        var terminated = _state.Gossip.Reachability.Terminated(SelfNode, member.UniqueAddress);
        Change(_state.Gossip.WithReachability(terminated).MarkAsDown(member));
        return true;
    }

    private void HeardAgain(UniqueAddress node)
    {
        if (_lostConnections.Remove(node))
        {
            Reap();
        }
    }

    private void Quarantined(UniqueAddress node)
    {
        if (!_state.Gossip.HasMember(node) || _state.Gossip.Reachability.Status(SelfNode, node) == ReachabilityStatus.Terminated)
        {
            return;
        }

        _cluster.LogWarning(
            "Marking node as TERMINATED [{0}], due to quarantine. It must still be marked as down before it is removed.",
            node.Address);
        Change(_state.Gossip.WithReachability(_state.Gossip.Reachability.Terminated(SelfNode, node)));
    }
}
