using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

internal sealed partial class ClusterCoreDaemon
{
    private const int GossipsBeforeShutdown = 5;

    // So many leader ticks a downed node waits for the others to have seen that it, and who else, is down.
    private const int MostTicksBeforeShutdown = 4;

    private bool _exitingStarted;
    private int _ticksDown;

    private void NoticeOwnStatus()
    {
        if (SelfStatus == MemberStatus.Exiting && !_exitingStarted)
        {
            _exitingStarted = true;
            _cluster.LogInfo("Exiting, starting coordinated shutdown");
            _signals.Exiting.TrySetResult(Done.Instance);
            _ = CoordinatedShutdown.Get(Context.System).Run(CoordinatedShutdown.ClusterLeavingReason.Instance);
        }
    }

    private void CompleteExiting()
    {
        _cluster.LogInfo("Exiting completed");
        if (_initialized && SelfStatus != MemberStatus.Removed)
        {
            // Tell what is known before going, best effort, and that nothing is left to wait for to the two who may lead next.
            foreach (var node in _targets.SelectAny(_state, GossipsBeforeShutdown, _random))
            {
                GossipTo(node);
            }

            var others = _state.Members.Where(m => !m.UniqueAddress.Equals(SelfNode)).ToList();
            for (var i = 0; i < 2 && _state.LeaderOf(others) is { } leader; i++)
            {
                CoreOf(leader.Address).Tell(new ExitingConfirmed(SelfNode), Self);
                others.RemoveAll(m => m.UniqueAddress.Equals(leader));
            }
        }

        Shutdown();
    }

    private void ShutDownSelfWhenDown()
    {
        if (SelfStatus != MemberStatus.Down)
        {
            return;
        }

        var others = _state.Members.Where(m => m.Status == MemberStatus.Down).Select(m => m.UniqueAddress);
        if (_ticksDown >= MostTicksBeforeShutdown
            || others.All(n => !_state.Gossip.Reachability.IsReachable(n) || _state.Gossip.SeenBy(n)))
        {
            _cluster.LogInfo("Node has been marked as DOWN. Shutting down myself");
            foreach (var node in _targets.SelectAny(_state, GossipsBeforeShutdown, _random))
            {
                GossipTo(node);
            }

            Shutdown();
        }
    }
}
