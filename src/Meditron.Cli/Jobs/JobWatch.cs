using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Cli.Jobs;

/// <summary>Hears on each seed that the job has ended, since the one that hosted the coordinator leaves then and the others have nothing to lead any more.</summary>
internal static class JobWatch
{
    private const string Name = "job-watch";

    /// <summary>Starts it.</summary>
    /// <param name="system">The seed's actor system.</param>
    /// <param name="observer">Told of the job's end.</param>
    /// <param name="joined">Told on the leading seed that another one has come.</param>
    /// <param name="removed">Told that another one was declared dead.</param>
    public static void Start(ActorSystem system, IJobObserver observer, Action<string> joined, Action<Address> removed) =>
        system.ActorOf(Props.Create(() => new Listener(observer, joined, removed)), Name);

    /// <summary>Other nodes that may host the coordinators.</summary>
    public static IReadOnlyList<Address> OtherSeeds(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        return [.. cluster.State.Members.Where(member => member.HasRole(NodeRoles.Seed) && member.Status == MemberStatus.Up && !member.UniqueAddress.Equals(cluster.SelfUniqueAddress)).Select(member => member.Address)];
    }

    /// <summary>Tells the other seeds that the job has ended.</summary>
    public static void Tell(ActorSystem system, JobOutcome outcome)
    {
        if (system.WhenTerminated.IsCompleted)
        {
            return;
        }

        foreach (var address in OtherSeeds(system))
        {
            system.ActorSelection($"{address}/user/{Name}").Tell(new JobEnded { Reason = outcome.Error ?? "" }, ActorRefs.NoSender);
        }
    }

    private sealed class Listener : ReceiveActor
    {
        private readonly Cluster cluster = Cluster.Get(Context.System);

        public Listener(IJobObserver observer, Action<string> joined, Action<Address> removed)
        {
            Receive<ClusterEvent.MemberRemoved>(gone =>
            {
                if (gone.Member.HasRole(NodeRoles.Seed) && gone.PreviousStatus == MemberStatus.Down)
                {
                    removed(gone.Member.Address);
                }
            });
            Receive<JobEnded>(end => observer.Ended(new JobOutcome(0, false, null, end.Reason.Length > 0 ? end.Reason : null)));
            Receive<ClusterEvent.MemberUp>(up =>
            {
                // The oldest seed has the coordinators.
                var self = cluster.SelfMember;
                if (up.Member.HasRole(NodeRoles.Seed) && self.IsOlderThan(up.Member)
                    && !cluster.State.Members.Any(member => member.HasRole(NodeRoles.Seed) && member.Status == MemberStatus.Up && member.IsOlderThan(self)))
                {
                    joined($"another seed stands by, {up.Member.Address}");
                }
            });
        }

        protected override void PreStart() =>
            cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.MemberUp), typeof(ClusterEvent.MemberRemoved));

        protected override void PostStop() => cluster.Unsubscribe(Self);
    }
}
