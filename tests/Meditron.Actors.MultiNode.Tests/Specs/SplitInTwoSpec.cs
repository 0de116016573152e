using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Networks;

namespace Meditron.Actors.MultiNode.Tests.Specs;

/// <summary>Three against two.</summary>
public class SplitInTwoSpec : PartitionSpec
{
    [SkippableFact]
    public Task Keep_majority_goes_on_with_the_three() => Split(Settings.Resolver("keep-majority"), oldest: 5, 1, 2, 3);

    [SkippableFact]
    public Task Static_quorum_goes_on_with_those_who_are_three() => Split(Settings.Resolver("static-quorum", "static-quorum.quorum-size = 3"), oldest: 4, 1, 2, 3);

    [SkippableFact]
    public Task Keep_oldest_goes_on_with_the_two_that_have_the_oldest() => Split(Settings.Resolver("keep-oldest"), oldest: 5, 4, 5);

    [SkippableFact]
    public Task Lease_majority_goes_on_with_the_three_as_the_two_wait_before_they_take_the_lease() => Split(LeaseMajority, oldest: 5, 1, 2, 3);

    [SkippableFact]
    public Task Down_all_goes_on_with_nobody() => Split(Settings.Resolver("down-all"), oldest: 1);

    [SkippableFact]
    public Task Keep_oldest_goes_on_with_the_others_when_the_oldest_is_alone() =>
        GoOn(Settings.Resolver("keep-oldest", "keep-oldest.down-if-alone = on"), 3, n => n.Partition([3], [1, 2, 4, 5]), 1, 2, 4, 5);

    [SkippableFact]
    public async Task Without_a_strategy_both_sides_go_on_and_these_specs_see_their_two_singletons()
    {
        Skip.If(NamespaceNetwork.WhyNot is not null, NamespaceNetwork.WhyNot);
        using var network = NamespaceNetwork.Create(2);
        await using var cluster = new ProcessCluster(network, Settings.NoticesSilence + """
            akka.cluster { downing-provider-class = "", auto-down-unreachable-after = 1s, down-removal-margin = 100ms }
            """);
        var nodes = await cluster.StartAll(2);
        Assert.Null(cluster.FindTwoSingletons());
        network.Partition([1], [2]);
        await nodes[1].StartsSingleton();
        Assert.Contains(nodes[1].Address, cluster.FindTwoSingletons());
    }

    private static Task Split(string settings, int oldest, params int[] survivors) => GoOn(settings, oldest, n => n.Partition([1, 2, 3], [4, 5]), survivors);
}
