using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Cli.Jobs;

/// <summary>Hears on each seed that the job has ended, since the one that hosted the coordinator leaves then and the others have nothing to lead any more.</summary>
internal static class JobWatch
{
    private const string Name = "job-watch";

    /// <summary>Starts it.</summary>
    public static void Start(ActorSystem system, IJobObserver observer) => system.ActorOf(Props.Create(() => new Listener(observer)), Name);

    /// <summary>Other nodes that may host the coordinators.</summary>
    public static IReadOnlyList<Address> OtherSeeds(ActorSystem system)
    {
        var cluster = Cluster.Get(system);
        return [.. cluster.State.Members.Where(member => member.HasRole(NodeRoles.Seed) && member.Status == MemberStatus.Up && !member.UniqueAddress.Equals(cluster.SelfUniqueAddress)).Select(member => member.Address)];
    }

    /// <summary>Tells the other seeds that the job has ended.</summary>
    public static void Tell(ActorSystem system, JobOutcome outcome)
    {
        foreach (var address in OtherSeeds(system))
        {
            system.ActorSelection($"{address}/user/{Name}").Tell(new JobEnded { Reason = outcome.Error ?? "" }, ActorRefs.NoSender);
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(IJobObserver observer) => Receive<JobEnded>(end =>
            observer.Ended(new JobOutcome(0, false, null, end.Reason.Length > 0 ? end.Reason : null)));
    }
}
