using Meditron.Actors.MultiNode.Tests.Clusters;

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
    public Task Down_all_goes_on_with_nobody() => Split(Settings.Resolver("down-all"), oldest: 1);

    [SkippableFact]
    public Task Keep_oldest_goes_on_with_the_others_when_the_oldest_is_alone() =>
        GoOn(Settings.Resolver("keep-oldest", "keep-oldest.down-if-alone = on"), 3, n => n.Partition([3], [1, 2, 4, 5]), 1, 2, 4, 5);

    private static Task Split(string settings, int oldest, params int[] survivors) => GoOn(settings, oldest, n => n.Partition([1, 2, 3], [4, 5]), survivors);
}
