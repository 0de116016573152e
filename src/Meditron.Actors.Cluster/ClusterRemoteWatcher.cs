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
    private readonly HashSet<Address> _members = [];

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case ClusterEvent.CurrentClusterState state:
                foreach (var member in state.Members)
                {
                    TakeOver(member.Address);
                }

                break;
            case ClusterEvent.MemberRemoved removed:
                Removed(removed);
                break;
            case ClusterEvent.IMemberEvent change:
                TakeOver(change.Member.Address);
                break;
            default:
                base.OnReceive(message);
                break;
        }
    }

    /// <summary>The cluster sends heartbeats to its members, so this watcher need not.</summary>
    protected override void WatchNode(IInternalActorRef watchee)
    {
        if (!_members.Contains(watchee.Path.Address))
        {
            base.WatchNode(watchee);
        }
    }

    private void TakeOver(Address address)
    {
        if (_members.Add(address))
        {
            Unreachable.Remove(address);
            if (WatchingNodes.Contains(address))
            {
                UnwatchNode(address);
            }
        }
    }

    private void Removed(ClusterEvent.MemberRemoved removed)
    {
        var address = removed.Member.Address;
        _members.Remove(address);
        if (removed.PreviousStatus == MemberStatus.Down)
        {
            // It may live on behind a partition: it must not be heard any more, as its work is started elsewhere now.
            Quarantine(address, removed.Member.UniqueAddress.Uid);
        }

        PublishAddressTerminated(address);
    }
}
