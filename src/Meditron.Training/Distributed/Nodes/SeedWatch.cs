namespace Meditron.Training.Distributed.Nodes;

/// <summary>
/// Finds out whether a node that has lost every seed is the one that is lost. A partition that comes while members still join can leave both sides sure that they are the
/// majority: the seeds go on without this node, and it, which has removed them, never hears that they have removed it. It asks them; one that answers that this node is
/// quarantined there lives, so that this process ends, and the one that its launcher starts instead joins the seeds.
/// </summary>
internal sealed class SeedWatch : ReceiveActor, IWithTimers
{
    private readonly Cluster cluster = Cluster.Get(Context.System);
    private readonly ILoggingAdapter log = Context.GetLogger();
    private readonly HashSet<Address> seeds = [];
    private readonly TimeSpan interval;
    private bool lacks;

    /// <summary>Makes the watch.</summary>
    /// <param name="interval">Between two looks for a seed.</param>
    public SeedWatch(TimeSpan interval)
    {
        this.interval = interval;
        Receive<ClusterEvent.MemberUp>(up => Know(up.Member));
        Receive<ClusterEvent.CurrentClusterState>(now =>
        {
            foreach (var member in now.Members)
            {
                Know(member);
            }
        });
        Receive<Look>(_ => Ask());
        Receive<ThisActorSystemQuarantinedEvent>(refusal =>
        {
            if (lacks && seeds.Contains(refusal.RemoteAddress) && !HasSeed)
            {
                log.Warning("{0}, a seed that this node has counted as gone, has counted this node as gone: it ends, to be started again and join as a new one.", refusal.RemoteAddress);
                cluster.Down(cluster.SelfAddress);
            }
        });
        ReceiveAny(_ => { });
    }

    /// <inheritdoc/>
    public ITimerScheduler Timers { get; set; } = null!;

    private bool HasSeed => cluster.State.Members.Any(member => member.HasRole(NodeRoles.Seed));

    /// <inheritdoc/>
    protected override void PreStart()
    {
        cluster.Subscribe(Self, typeof(ClusterEvent.MemberUp));
        Context.System.EventStream.Subscribe(Self, typeof(ThisActorSystemQuarantinedEvent));
        Timers.StartPeriodicTimer(nameof(Look), Look.Instance, interval);
    }

    /// <inheritdoc/>
    protected override void PostStop()
    {
        cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    private void Know(Member member)
    {
        if (member.HasRole(NodeRoles.Seed))
        {
            seeds.Add(member.Address);
        }
    }

    private void Ask()
    {
        lacks = seeds.Count > 0 && !HasSeed;
        foreach (var seed in lacks ? seeds : [])
        {
            Context.ActorSelection(new RootActorPath(seed) / "user").Tell(new Identify(seed));
        }
    }

    /// <summary>Time to look whether there is a seed.</summary>
    private sealed class Look : INoSerializationVerificationNeeded
    {
        public static Look Instance { get; } = new();
    }
}
