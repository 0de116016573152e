using System.Collections.Immutable;
using static Meditron.Actors.Cluster.Tests.Membership.Views;

namespace Meditron.Actors.Cluster.Tests.Membership;

public class ReachabilityTests
{
    [Fact]
    public void A_subject_is_reachable_only_when_all_its_observers_say_so()
    {
        var table = Reachability.Empty.Unreachable(Node(1), Node(3)).Unreachable(Node(2), Node(3));
        Assert.False(table.IsReachable(Node(3)));
        table = table.Reachable(Node(1), Node(3));
        Assert.False(table.IsReachable(Node(3)));
        Assert.True(table.IsReachable(Node(1), Node(3)));
        table = table.Reachable(Node(2), Node(3));
        Assert.True(table.IsReachable(Node(3)));
        Assert.True(table.IsAllReachable);
    }

    [Fact]
    public void Terminated_outweighs_unreachable_and_is_final()
    {
        var table = Reachability.Empty.Unreachable(Node(1), Node(3)).Terminated(Node(2), Node(3));
        Assert.Equal(ReachabilityStatus.Terminated, table.Status(Node(3)));
        Assert.Equal([Node(3)], table.AllUnreachableOrTerminated);
        Assert.Empty(table.AllUnreachable);
        Assert.Equal(ReachabilityStatus.Terminated, table.Unreachable(Node(2), Node(3)).Status(Node(2), Node(3)));
    }

    [Fact]
    public void Merge_takes_each_observers_newer_rows()
    {
        var old = Reachability.Empty.Unreachable(Node(1), Node(2)).Unreachable(Node(3), Node(2));
        var newer = old.Reachable(Node(1), Node(2));
        var all = new[] { Node(1), Node(2), Node(3) }.ToImmutableSortedSet();
        Assert.Equal(newer, old.Merge(all, newer));
        Assert.Equal(newer, newer.Merge(all, old));
        Assert.Equal([Node(3)], newer.ObserversGroupedByUnreachable[Node(2)]);
    }

    [Fact]
    public void Merge_forgets_observers_and_subjects_that_are_no_members()
    {
        var table = Reachability.Empty.Unreachable(Node(1), Node(2)).Unreachable(Node(3), Node(1));
        Assert.True(table.Merge(new[] { Node(1) }.ToImmutableSortedSet(), Reachability.Empty).IsAllReachable);
        Assert.True(table.Remove(new[] { Node(1) }.ToImmutableSortedSet()).IsAllReachable);
    }

    [Fact]
    public void Observers_can_be_left_aside()
    {
        var table = Reachability.Empty.Unreachable(Node(1), Node(2)).Unreachable(Node(3), Node(4));
        Assert.Equal([Node(4)], table.RemoveObservers(new[] { Node(1) }.ToImmutableSortedSet()).AllUnreachableOrTerminated);
    }

    [Fact]
    public void Saying_the_same_again_changes_nothing_so_no_version_is_spent()
    {
        var table = Reachability.Empty.Unreachable(Node(1), Node(2));
        Assert.Same(table, table.Unreachable(Node(1), Node(2)));
        Assert.Same(Reachability.Empty, Reachability.Empty.Reachable(Node(1), Node(2)));
    }
}
