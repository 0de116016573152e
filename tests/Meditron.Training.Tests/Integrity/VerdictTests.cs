using Meditron.Training.Integrity;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Integrity;

public sealed class VerdictTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(5)]
    public void Every_rank_s_every_micro_batch_has_its_turn_with_every_verifier(int ranks)
    {
        var shares = new MicroBatchShares(3 * ranks + 1, ranks);
        var plans = Enumerable.Range(1, 60 * ranks * ranks).Select(step => VerificationPlan.Of(5 * step, 5, shares)!).ToList();
        Assert.Equal(shares.Total, plans.Select(plan => (plan.Data, plan.Micro)).Distinct().Count());
        Assert.Equal(ranks * (ranks - 1), plans.Select(plan => (plan.Data, plan.Verifier)).Distinct().Count());
        Assert.All(plans, plan => Assert.NotEqual(plan.Data, plan.Verifier));
        Assert.All(plans, plan => Assert.True(ranks == 2 ? plan.Third == -1 : plan.Third >= 0 && plan.Third < ranks && plan.Third != plan.Data && plan.Third != plan.Verifier));
    }

    [Fact]
    public void Nothing_is_computed_twice_between_the_intervals()
    {
        Assert.Null(VerificationPlan.Of(7, 5, new MicroBatchShares(4, 2)));
        Assert.Null(VerificationPlan.Of(5, 0, new MicroBatchShares(4, 2)));
        Assert.Equal(new VerificationPlan(0, 1, 0, -1), VerificationPlan.Of(2, 1, new MicroBatchShares(2, 1)));
    }

    [Fact]
    public void Equal_weights_are_no_finding() => Assert.Empty(WeightVerdict.Of(new ParallelLayout(1, 1, 2), [[1, 2, 1, 9], [1, 2, 2, 9]]));

    [Fact]
    public void Of_two_replicas_the_owner_s_shard_says_which_is_wrong()
    {
        var layout = new ParallelLayout(1, 1, 2);
        Assert.Equal(1, Assert.Single(WeightVerdict.Of(layout, [[1, 2, 1, 9], [7, 2, 2, 9]])).Rank);
        Assert.Equal(0, Assert.Single(WeightVerdict.Of(layout, [[7, 2, 1, 9], [1, 2, 2, 9]])).Rank);
        var shard = Assert.Single(WeightVerdict.Of(layout, [[1, 2, 7, 9], [1, 2, 2, 9]]));
        Assert.Equal((0, "rank 0 has other fp32 weights in its shard than the replicas were given"), (shard.Rank, shard.Problem));
    }

    [Fact]
    public void Without_a_majority_all_that_may_be_wrong_are_named()
    {
        var findings = WeightVerdict.Of(new ParallelLayout(1, 1, 2), [[1, 2, 3, 9], [4, 2, 2, 9]]);
        Assert.Equal([0, 1], findings.Select(finding => finding.Rank));
        Assert.All(findings, finding => Assert.Contains("no voice has the majority", finding.Problem, StringComparison.Ordinal));
    }

    [Fact]
    public void Norms_are_compared_between_tensor_parallel_ranks()
    {
        var layout = new ParallelLayout(3, 1, 1);
        var finding = Assert.Single(WeightVerdict.Of(layout, [[1, 1, 9], [2, 2, 8], [3, 3, 9]]));
        Assert.Equal((1, "rank 1 has other norms than its tensor-parallel ranks"), (finding.Rank, finding.Problem));
    }

    [Fact]
    public void The_first_difference_along_the_way_of_a_micro_batch_is_whose_fault_it_is()
    {
        // Two stages, two replicas: ranks 0 and 1 are the first stage, 2 and 3 the second. What follows a wrong pass is different too, and nobody's fault.
        var layout = new ParallelLayout(1, 2, 2);
        var plan = new VerificationPlan(0, 0, 1, -1);
        Assert.True(ComputationVerdict.Agrees(layout, plan, [[10, 20, 0, 0, 0, 0, 0, 0], [0, 0, 10, 20, 0, 0, 0, 0], [11, 21, 0, 0, 0, 0, 0, 0], [0, 0, 11, 21, 0, 0, 0, 0]]));
        long[][] words = [[10, 99, 0, 0, 10, 20, 0, 0], [0, 0, 10, 20, 0, 0, 10, 20], [11, 98, 0, 0, 11, 21, 0, 0], [0, 0, 11, 21, 0, 0, 11, 21]];
        Assert.False(ComputationVerdict.Agrees(layout, plan, words));
        var finding = Assert.Single(ComputationVerdict.Of(layout, plan, words));
        Assert.Equal((2, "rank 2 computed other bits than its replica in the backward pass of micro-batch 0 of data-parallel rank 0"), (finding.Rank, finding.Problem));
    }

    [Fact]
    public void Two_that_stand_by_what_they_computed_are_both_named_and_a_third_decides()
    {
        long[][] two = [[1, 5, 0, 0, 1, 5, 0, 0], [0, 0, 1, 6, 0, 0, 1, 6]];
        Assert.Equal([0, 1], ComputationVerdict.Of(new ParallelLayout(1, 1, 2), new VerificationPlan(0, 0, 1, -1), two).Select(finding => finding.Rank));
        long[][] three = [[1, 5, 0, 0, 0, 0, 0, 0], [0, 0, 1, 6, 0, 0, 0, 0], [0, 0, 0, 0, 1, 5, 0, 0]];
        Assert.Equal(1, Assert.Single(ComputationVerdict.Of(new ParallelLayout(1, 1, 3), new VerificationPlan(0, 0, 1, 2), three)).Rank);
    }
}
