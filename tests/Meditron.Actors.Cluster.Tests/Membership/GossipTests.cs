using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Membership;

public class GossipTests
{
    [Fact]
    public void Merge_is_commutative_associative_and_idempotent_for_random_histories()
    {
        for (var seed = 0; seed < 300; seed++)
        {
            var random = new Random(seed);
            var copies = RandomCopies(random, 4, 40);
            var (x, y, z) = (copies[0], copies[1], copies[2]);
            AssertSame(seed, x.Merge(y), y.Merge(x));
            AssertSame(seed, x.Merge(y).Merge(z), x.Merge(y.Merge(z)));
            AssertSame(seed, x.Merge(x), x.Merge(x).Merge(x));
            AssertSame(seed, x.Merge(y), x.Merge(y).Merge(y));
        }
    }

    [Fact]
    public void All_copies_converge_to_the_same_state_in_whatever_order_they_are_exchanged()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var copies = RandomCopies(random, 5, 60);
            Gossip Fold(IEnumerable<Gossip> order) => order.Aggregate((a, b) => a.Merge(b));
            var one = Fold(copies);
            random.Shuffle(copies);
            AssertSame(seed, one, Fold(copies));
        }
    }

    [Fact]
    public void Exchanged_copies_become_one_version_and_no_member_ever_goes_back_in_its_life()
    {
        for (var seed = 0; seed < 200; seed++)
        {
            var random = new Random(seed);
            var copies = RandomCopies(random, 5, 60);
            var alive = Enumerable.Range(0, copies.Length).Where(i => copies.All(c => c.HasMember(Node(i)))).ToArray();
            if (alive.Length == 0)
            {
                continue;
            }

            for (var exchange = 0; exchange < 200; exchange++)
            {
                var (from, to) = (alive[random.Next(alive.Length)], alive[random.Next(alive.Length)]);
                var before = copies[to];
                (copies[to], _) = GossipExchange.Reconcile(before, copies[from], Node(to));
                copies[to] = copies[to].MarkSeen(Node(to));
                Assert.All(before.Members, m =>
                    Assert.True(MemberStatuses.Progress(m.Status) <= MemberStatuses.Progress(copies[to].Member(m.UniqueAddress).Status), $"seed {seed}: {m}"));
            }

            Assert.All(alive, i => Assert.True(copies[i].SameContent(copies[alive[0]]), $"seed {seed}"));
            Assert.All(alive, i => Assert.Equal(VectorClock.Ordering.Same, copies[i].CompareVersion(copies[alive[0]])));
            Assert.All(alive, i => Assert.True(alive.All(j => copies[i].SeenBy(Node(j))), $"seed {seed}"));
        }
    }

    [Fact]
    public void Last_change_by_a_member_removed_since_is_not_lost()
    {
        var start = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2), At(3, MemberStatus.Down, 3), At(4, MemberStatus.Up, 4)).ChangedBy(Node(1));
        var withLastChange = start.MarkAsDown(start.Member(Node(4))).ChangedBy(Node(3));
        var removed = start.Remove([Node(3)], 5).ChangedBy(Node(1));
        var (there, _) = GossipExchange.Reconcile(withLastChange, removed, Node(2));
        Assert.Equal(MemberStatus.Down, there.Member(Node(4)).Status);
        var (back, outcome) = GossipExchange.Reconcile(removed, there, Node(1));
        Assert.Equal(GossipExchange.Outcome.Newer, outcome);
        Assert.Equal(MemberStatus.Down, back.Member(Node(4)).Status);
        Assert.False(back.HasMember(Node(3)));
    }

    [Fact]
    public void Removed_member_is_not_brought_back_by_an_older_copy()
    {
        var before = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Down, 2)).ChangedBy(Node(1)).ChangedBy(Node(2));
        var after = before.Remove([Node(2)], 5).ChangedBy(Node(1));
        Assert.False(before.ChangedBy(Node(2)).Merge(after).HasMember(Node(2)));
        Assert.False(after.Merge(before.ChangedBy(Node(2))).HasMember(Node(2)));
        Assert.Equal(VectorClock.Ordering.After, after.CompareVersion(before.ChangedBy(Node(2))));
    }

    [Fact]
    public void A_change_is_seen_by_its_author_alone_and_seeing_is_no_new_version()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2)).SeenByAll();
        var changed = gossip.ChangedBy(Node(1));
        Assert.Equal([Node(1)], changed.Seen);
        Assert.Equal(VectorClock.Ordering.Same, changed.CompareVersion(changed.MarkSeen(Node(2))));
        Assert.Equal(VectorClock.Ordering.After, changed.CompareVersion(gossip));
        Assert.Equal([Node(1), Node(2)], changed.MergeSeen(changed.MarkSeen(Node(2))).Seen);
    }

    [Fact]
    public void Tombstones_are_forgotten_after_their_time()
    {
        var gossip = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Exiting, 2)).Remove([Node(2)], 100);
        Assert.Same(gossip, gossip.ForgetTombstones(100));
        Assert.Empty(gossip.ForgetTombstones(101).Tombstones);
    }

    [Fact]
    public void Two_leaders_of_a_partition_that_admit_the_same_member_agree_on_its_age_after_the_merge()
    {
        var start = Of(At(1, MemberStatus.Up, 1), At(2, MemberStatus.Up, 2), At(3, MemberStatus.Joining));
        var left = start.WithMembers([start.Member(Node(3)).CopyUp(3)]).ChangedBy(Node(1));
        var right = start.WithMembers([start.Member(Node(3)).CopyUp(7)]).ChangedBy(Node(2));
        Assert.Equal(3, left.Merge(right).Member(Node(3)).UpNumber);
        Assert.Equal(3, right.Merge(left).Member(Node(3)).UpNumber);
    }

    private static void AssertSame(int seed, Gossip expected, Gossip actual) =>
        Assert.True(expected.Equals(actual), $"seed {seed}:\n{expected}\n{actual}");
}
