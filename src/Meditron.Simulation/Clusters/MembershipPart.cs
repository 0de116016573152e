namespace Meditron.Simulation.Clusters;

/// <summary>Watches each node's view of the cluster: a removed incarnation never comes back, a member's status only moves on, and in the end all agree.</summary>
internal sealed class MembershipPart(World world) : ClusterPart
{
    private const string NeverBack = "a removed incarnation never comes back";
    private const string OnlyForward = "a member's status only moves on";
    private const string OneCluster = "there is one cluster";
    private static readonly TimeSpan LookEvery = TimeSpan.FromMilliseconds(500);

    public override void OnStarted(ClusterNode node)
    {
        var history = new History(world, node.Name);
        var observer = node.System.ActorOf(Props.Create(() => new Observer(history)), "membership-observer");
        node.Cluster.Subscribe(observer, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
    }

    /// <summary>Looks every now and then whether two nodes are admitted to clusters that know nothing of each other.</summary>
    public void Watch(SimulatedCluster cluster)
    {
        FindStrangers(cluster);
        world.At(LookEvery, null, () => Watch(cluster));
    }

    /// <summary>Why the nodes do not all agree that all of them are Up; null if they do.</summary>
    public static string? WhatIsMissing(SimulatedCluster cluster)
    {
        var expected = cluster.Addresses.Count;
        if (cluster.Nodes.Count(node => node.HasStarted) < expected)
        {
            return "not all nodes run";
        }

        Address? leader = null;
        foreach (var node in cluster.Nodes)
        {
            var state = node.Cluster.State;
            if (state.Members.Count != expected || state.Members.Any(member => member.Status != MemberStatus.Up) || state.Unreachable.Count > 0)
            {
                var unreachable = state.Unreachable.Select(member => member.Address.Host).Order(StringComparer.Ordinal);
                return $"{node.Name} sees [{string.Join(", ", state.Members.Select(m => $"{m.Address.Host}/{m.UniqueAddress.Uid} {m.Status}"))}], unreachable [{string.Join(", ", unreachable)}]";
            }

            if (node.Process.IsAlive && !state.Members.Any(member => member.UniqueAddress.Equals(node.Cluster.SelfUniqueAddress)))
            {
                return $"{node.Name} is not in its own view";
            }

            leader ??= state.Leader;
            if (state.Leader is null || !state.Leader.Equals(leader))
            {
                return $"{node.Name} takes {state.Leader} for the leader, others {leader}";
            }
        }

        return null;
    }

    private void FindStrangers(SimulatedCluster cluster)
    {
        var admitted = cluster.Nodes.Where(node => node.IsMember && node.Cluster.IsUp).ToArray();
        if (admitted.Length < 2)
        {
            return;
        }

        // All who are connected by knowing each other, whoever of two knows the other one, are of one cluster. One in which a member is still counted that has ended
        // has not decided yet whether that was the other side of a split: it may be about to give way, to those who came to the other side since.
        var living = cluster.Nodes.Where(node => node.IsMember).Select(node => node.Cluster.SelfUniqueAddress).ToHashSet();
        var decided = new List<ClusterNode>();
        var left = admitted.ToList();
        while (left.Count > 0)
        {
            var together = new List<ClusterNode> { left[0] };
            for (var i = 0; i < together.Count; i++)
            {
                together.AddRange(left.Where(node => !together.Contains(node) && (Knows(together[i], node) || Knows(node, together[i]))));
            }

            left.RemoveAll(together.Contains);
            if (together.All(node => node.Cluster.State.Members.All(member => living.Contains(member.UniqueAddress))))
            {
                decided.Add(together[0]);
            }
        }

        if (decided.Count > 1)
        {
            world.Violate(OneCluster, $"{decided[0].Name} is Up in {View(decided[0])}, and {decided[1].Name} in {View(decided[1])}");
        }

        static bool Knows(ClusterNode a, ClusterNode b) => a.Cluster.State.Members.Any(member => member.UniqueAddress.Equals(b.Cluster.SelfUniqueAddress));

        static string View(ClusterNode node) => $"[{string.Join(", ", node.Cluster.State.Members.Select(m => $"{m.Address.Host} {m.Status}"))}]";
    }

    private static int Progress(MemberStatus status) => status switch
    {
        MemberStatus.Joining => 0,
        MemberStatus.WeaklyUp => 1,
        MemberStatus.Up => 2,
        MemberStatus.Leaving => 3,
        MemberStatus.Exiting => 4,
        MemberStatus.Down => 5,
        _ => 6,
    };

    private sealed class History(World world, string node)
    {
        private readonly Dictionary<UniqueAddress, MemberStatus> _last = [];

        public void Take(ClusterEvent.IMemberEvent happened)
        {
            var member = happened.Member;
            world.Note(node, $"sees {member.Address.Host}/{member.UniqueAddress.Uid} {member.Status}");
            if (_last.TryGetValue(member.UniqueAddress, out var before))
            {
                if (before == MemberStatus.Removed)
                {
                    world.Violate(NeverBack, $"{node} sees {member.UniqueAddress} {member.Status} after its removal");
                }
                else if (Progress(member.Status) < Progress(before))
                {
                    world.Violate(OnlyForward, $"{node} sees {member.UniqueAddress} {member.Status} after {before}");
                }
            }

            _last[member.UniqueAddress] = member.Status;
        }
    }

    private sealed class Observer : ReceiveActor
    {
        public Observer(History history) => Receive<ClusterEvent.IMemberEvent>(history.Take);
    }
}
