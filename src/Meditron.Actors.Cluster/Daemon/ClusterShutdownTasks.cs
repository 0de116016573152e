using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>What the cluster does in the phases of the coordinated shutdown, so that a node that is stopped leaves gracefully.</summary>
internal sealed class ClusterShutdownTasks(Cluster cluster, IActorRef daemon, ShutdownSignals signals)
{
    private static readonly Task<Done> Nothing = Task.FromResult(Done.Instance);

    private MemberStatus Status => cluster.SelfMember.Status;

    public void AddTo(CoordinatedShutdown shutdown)
    {
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterLeave, "leave", Leave);
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExiting, "wait-exiting", WaitExiting);
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterExitingDone, "exiting-completed", CompleteExiting);
        shutdown.AddTask(CoordinatedShutdown.PhaseClusterShutdown, "wait-shutdown", () => signals.Stopped.Task);
    }

    private Task<Done> Leave()
    {
        if (cluster.IsTerminated || Status is MemberStatus.Down or MemberStatus.Removed)
        {
            return Nothing;
        }

        daemon.Tell(new LeaveMember(cluster.SelfAddress));
        return signals.Exiting.Task;
    }

    private Task<Done> WaitExiting() =>
        cluster.IsTerminated || Status is MemberStatus.Down or MemberStatus.Removed ? Nothing : signals.Exiting.Task;

    private Task<Done> CompleteExiting()
    {
        if (cluster.IsTerminated)
        {
            return Nothing;
        }

        daemon.Tell(ExitingCompleted.Instance);
        return signals.Stopped.Task;
    }
}
