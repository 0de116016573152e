using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Distributed;

public sealed class CopyPlanTests
{
    [Fact]
    public void On_one_machine_nothing_is_copied()
    {
        var plan = Decide(new(1, 1, 2), "aa", "aa");
        Assert.Same(CopyPlan.None, plan);
    }

    [Fact]
    public void A_shard_is_never_kept_on_the_machine_of_its_own_rank()
    {
        var plan = Decide(new(1, 2, 2), "aabb", "aabb");
        Assert.Equal("bbaa", Machines(plan));
        Assert.StartsWith("every shard is copied to another machine: rank 0 to b", plan.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Machines_with_one_rank_each_keep_the_copy_of_the_one_before()
    {
        var plan = Decide(new(1, 1, 4), "abcd", "abcd");
        Assert.Equal("bcda", Machines(plan));
    }

    [Fact]
    public void The_machine_of_a_replica_comes_first_since_its_ranks_would_take_the_shard_over()
    {
        // Stages over a and b, the second copy of the model over c and d: of a's ranks the replicas are on c.
        var plan = Decide(new(1, 2, 2), "acbd", "abcd");
        Assert.Equal("cadb", Machines(plan));
    }

    [Fact]
    public void Machines_hold_about_the_same()
    {
        // Three machines of two ranks, one copy of the model a machine: nobody holds more than two.
        var plan = Decide(new(1, 2, 3), "abcabc", "aabbcc");
        Assert.All(plan.Holders.GroupBy(holder => holder!.Machine), group => Assert.Equal(2, group.Count()));
        Assert.All(Enumerable.Range(0, 6), rank => Assert.NotEqual("abcabc"[rank].ToString(), plan.Holders[rank]!.Machine));
    }

    [Fact]
    public void A_machine_without_ranks_takes_its_share()
    {
        var plan = Decide(new(1, 1, 4), "aabb", "aabbc");
        Assert.Contains(plan.Holders, holder => holder!.Machine == "c");
        Assert.All(plan.Holders.GroupBy(holder => holder!.Machine), group => Assert.InRange(group.Count(), 1, 2));
    }

    [Fact]
    public void The_launcher_of_a_machine_holds_and_where_there_is_none_its_workers_share()
    {
        CopyHolder[] holders = [new("a0", "a", "a0", false), new("b0", "b", "b0", false), new("b1", "b", "b1", false), new("bl", "b", "bl", true)];
        var plan = CopyPlan.Decide(new(1, 1, 2), ["a", "a"], [8, 8], holders, [], (_, _) => false);
        Assert.Equal(["bl", "bl"], plan.Holders.Select(holder => holder!.Id));
        plan = CopyPlan.Decide(new(1, 1, 2), ["a", "a"], [8, 8], holders[..3], [], (_, _) => false);
        Assert.Equal(["b0", "b1"], plan.Holders.Select(holder => holder!.Id));
    }

    [Fact]
    public void A_copy_stays_where_it_is_until_its_holder_is_gone_or_has_refused_it()
    {
        CopyHolder[] holders = [new("a0", "a", "a0", true), new("b0", "b", "b0", true), new("c0", "c", "c0", true)];
        IReadOnlyList<CopyHolder?> before = [holders[2], holders[0], holders[1]];
        Assert.Equal(before, CopyPlan.Decide(new(1, 1, 3), ["a", "b", "c"], [8, 8, 8], holders, before, (_, _) => false).Holders);
        var moved = CopyPlan.Decide(new(1, 1, 3), ["a", "b", "c"], [8, 8, 8], holders, before, (rank, holder) => rank == 0 && holder.Id == "c0");
        Assert.Equal(["b0", "a0", "b0"], moved.Holders.Select(holder => holder!.Id));
        var gone = CopyPlan.Decide(new(1, 1, 3), ["a", "b", "c"], [8, 8, 8], holders[..2], before, (_, _) => false);
        Assert.Equal(["b0", "a0", "b0"], gone.Holders.Select(holder => holder!.Id));
    }

    [Fact]
    public void A_rank_whose_copy_nobody_takes_is_named()
    {
        CopyHolder[] holders = [new("a0", "a", "a0", true), new("b0", "b", "b0", true)];
        var plan = CopyPlan.Decide(new(1, 1, 2), ["a", "b"], [8, 8], holders, [], (rank, _) => rank == 1);
        Assert.Null(plan.Holders[1]);
        Assert.EndsWith("no other machine takes that of rank 1", plan.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Shards_on_devices_with_memory_of_their_own_are_not_copied()
    {
        CopyHolder[] holders = [new("a0", "a", "a0", true), new("b0", "b", "b0", true)];
        var plan = CopyPlan.Decide(new(1, 1, 2), ["a", "b"], [0, 0], holders, [], (_, _) => false);
        Assert.Equal([null, null], plan.Holders);
        Assert.Equal("no shard is in memory that can be copied", plan.Reason);
    }

    /// <summary>Plans for ranks and holders on machines that a letter each names.</summary>
    private static CopyPlan Decide(ParallelLayout layout, string machines, string holders) => CopyPlan.Decide(
        layout,
        [.. machines.Select(machine => machine.ToString())],
        [.. machines.Select(_ => 8L)],
        [.. holders.Select((machine, index) => new CopyHolder($"{machine}{index}", machine.ToString(), $"{machine}{index}", false))],
        [],
        (_, _) => false);

    private static string Machines(CopyPlan plan) => string.Concat(plan.Holders.Select(holder => holder!.Machine));
}
