using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

internal sealed partial class ClusterCoreDaemon
{
    private const int GossipsBeforeShutdown = 5;

    // So many leader ticks a downed node waits for the others to have seen that it, and who else, is down.
    private const int MostTicksBeforeShutdown = 4;

    private bool _exitingStarted;
    private int _ticksDown;
    private bool _downedTasksStarted;
    private bool _downedTasksEnded;

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

    // Not by the next tick, but as soon as those downed with it have seen that and the singletons have stopped; both within a limit.
    private void ShutDownSelfWhenDown()
    {
        if (SelfStatus != MemberStatus.Down)
        {
            return;
        }

        if (!_downedTasksStarted)
        {
            StartDownedTasks();
        }

        var others = _state.Members.Where(m => m.Status == MemberStatus.Down).Select(m => m.UniqueAddress);
        if (_downedTasksEnded
            && (_ticksDown >= MostTicksBeforeShutdown || others.All(n => !_state.Gossip.Reachability.IsReachable(n) || _state.Gossip.SeenBy(n))))
        {
            _cluster.LogInfo("Node has been marked as DOWN. Shutting down myself");
            foreach (var node in _targets.SelectAny(_state, GossipsBeforeShutdown, _random))
            {
                GossipTo(node);
            }

            Shutdown();
        }
    }

    private void StartDownedTasks()
    {
        _downedTasksStarted = true;
        var tasks = _cluster.WhenDowned.Start();
        if (tasks.IsCompleted)
        {
            _downedTasksEnded = true;
            return;
        }

        // Half of the phase, as a graceful leave gives them.
        var limit = CoordinatedShutdown.Get(Context.System).Timeout(CoordinatedShutdown.PhaseClusterExiting) / 2;
        Timers.StartSingleTimer(CoreTick.DownedLongEnough, CoreTick.DownedLongEnough, limit);
        tasks.PipeTo(Self, Self, () => DownedTasksEnded.Instance, _ => DownedTasksEnded.Instance);
    }
}
