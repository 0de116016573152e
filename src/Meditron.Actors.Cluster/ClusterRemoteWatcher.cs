using Meditron.Actors.Actor;
using Meditron.Actors.Remote;

namespace Meditron.Actors.Cluster;

/// <summary>Watches actors on other systems; those on members of the cluster end when the member is removed, and by nothing before.</summary>
internal sealed class ClusterRemoteWatcher(
    IFailureDetectorRegistry<Address> failureDetector,
    TimeSpan heartbeatInterval,
    TimeSpan unreachableReaperInterval,
    TimeSpan heartbeatExpectedResponseAfter)
    : RemoteWatcher(failureDetector, heartbeatInterval, unreachableReaperInterval, heartbeatExpectedResponseAfter)
{
    private readonly Dictionary<Address, SortedSet<UniqueAddress>> _members = [];

    // What was watched at an address before another incarnation joined there: it ends with the earlier one.
    private readonly Dictionary<Address, List<IInternalActorRef>> _ofEarlier = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.CurrentClusterState state:
                foreach (var member in state.Members)
                {
                    TakeOver(member.UniqueAddress);
                }

                break;
            case ClusterEvent.MemberRemoved removed:
                Removed(removed);
                break;
            case ClusterEvent.IMemberEvent change:
                TakeOver(change.Member.UniqueAddress);
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    /// <summary>The cluster sends heartbeats to its members, so this watcher need not.</summary>
    protected override void WatchNode(IInternalActorRef watchee)
    {
        if (!_members.ContainsKey(watchee.Path.Address))
        {
            base.WatchNode(watchee);
        }
    }

    private void TakeOver(UniqueAddress node)
    {
        var address = node.Address;
        if (!_members.TryGetValue(address, out var incarnations))
        {
            _members[address] = [node];
            Unreachable.Remove(address);
            if (WatchingNodes.Contains(address))
            {
                UnwatchNode(address);
            }
        }
        else if (incarnations.Add(node))
        {
            _ofEarlier[address] = [.. WatchedAt(address)];
        }
    }

    private void Removed(ClusterEvent.MemberRemoved removed)
    {
        var node = removed.Member.UniqueAddress;
        if (removed.PreviousStatus == MemberStatus.Down)
        {
            // It may live on behind a partition: it must not be heard any more, as its work is started elsewhere now.
            Quarantine(node.Address, node.Uid);
        }

        if (_members.TryGetValue(node.Address, out var incarnations) && incarnations.Remove(node) && incarnations.Count > 0)
        {
            // One gossip may tell of the next incarnation's joining and of this one's removal, in this order.
            if (_ofEarlier.Remove(node.Address, out var watched))
            {
                watched.ForEach(ReportDead);
            }

            return;
        }

        _members.Remove(node.Address);
        _ofEarlier.Remove(node.Address);
        PublishAddressTerminated(node.Address);
    }
}
