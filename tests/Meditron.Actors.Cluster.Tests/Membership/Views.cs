using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Util;

namespace Meditron.Actors.Cluster.Tests.Membership;

/// <summary>Short ways to write members, gossips and random histories of them.</summary>
internal static class Views
{
    public static readonly ImmutableHashSet<string> NoRoles = ImmutableHashSet<string>.Empty;

    public static readonly IReadOnlySet<UniqueAddress> Nobody = ImmutableSortedSet<UniqueAddress>.Empty;

    public static UniqueAddress Node(int i, int uid = 0) => new(new Address("akka.tcp", "sys", "h", 1000 + i), uid == 0 ? i + 1 : uid);

    public static Member At(int i, MemberStatus status, int upNumber = Meditron.Actors.Cluster.Member.NeverUp, params string[] roles) =>
        Meditron.Actors.Cluster.Member.Create(Node(i), upNumber, status, roles.ToImmutableHashSet(), AppVersion.Zero);

    public static Gossip Of(params Member[] members) => Gossip.Empty.WithMembers(members);

    public static Gossip SeenByAll(this Gossip gossip) => gossip.Members.Aggregate(gossip, (g, m) => g.MarkSeen(m.UniqueAddress));

    public static MembershipState On(this Gossip gossip, int self) => new(gossip, Node(self));

    /// <summary>Gossips as nodes could really come to have them: each node changes its own copy, and copies are merged at random.</summary>
    public static Gossip[] RandomCopies(Random random, int nodes, int steps)
    {
        var start = Of([.. Enumerable.Range(0, nodes).Select(i => At(i, MemberStatus.Joining))]).ChangedBy(Node(0));
        var copies = Enumerable.Repeat(start, nodes).ToArray();
        for (var step = 0; step < steps; step++)
        {
            var at = random.Next(nodes);
            var own = copies[at];
            if (!own.HasMember(Node(at)))
            {
                continue;
            }

            var subject = Node(random.Next(nodes));
            copies[at] = random.Next(6) switch
            {
                0 => Advance(own, random).ChangedBy(Node(at)),
                1 when subject != Node(at) && own.HasMember(subject) =>
                    own.WithReachability(own.Reachability.Unreachable(Node(at), subject)).ChangedBy(Node(at)),
                2 when own.HasMember(subject) => own.WithReachability(own.Reachability.Reachable(Node(at), subject)).ChangedBy(Node(at)),
                3 when subject != Node(at) && own.Member(subject).Status is MemberStatus.Down or MemberStatus.Exiting =>
                    own.Remove([subject], step).ChangedBy(Node(at)),
                4 when own.HasMember(subject) => own.MarkSeen(subject),
                _ => own.Merge(copies[random.Next(nodes)]),
            };
        }

        return copies;
    }

    private static Gossip Advance(Gossip gossip, Random random)
    {
        var member = gossip.Members[random.Next(gossip.Members.Count)];
        MemberStatus[] next = [MemberStatus.WeaklyUp, MemberStatus.Up, MemberStatus.Leaving, MemberStatus.Exiting, MemberStatus.Down];
        var possible = next.Where(s => MemberStatuses.MayFollow(member.Status, s)).ToArray();
        if (possible.Length == 0)
        {
            return gossip;
        }

        var status = possible[random.Next(possible.Length)];
        return gossip.WithMembers([status == MemberStatus.Up ? member.CopyUp(random.Next(1, 9)) : member.Copy(status)]);
    }
}
