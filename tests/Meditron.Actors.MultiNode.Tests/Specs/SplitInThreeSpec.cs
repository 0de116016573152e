using Meditron.Actors.MultiNode.Tests.Clusters;

namespace Meditron.Actors.MultiNode.Tests.Specs;

/// <summary>Two against two against one.</summary>
public class SplitInThreeSpec : PartitionSpec
{
    [SkippableFact]
    public Task Keep_majority_goes_on_with_nobody_as_no_side_has_most() => Split(Settings.Resolver("keep-majority"), oldest: 1);

    [SkippableFact]
    public Task Static_quorum_goes_on_with_nobody_as_no_side_has_the_quorum() =>
        Split(Settings.Resolver("static-quorum", "static-quorum.quorum-size = 3"), oldest: 5);

    [SkippableFact]
    public Task Keep_oldest_goes_on_with_the_side_of_the_oldest() => Split(Settings.Resolver("keep-oldest"), oldest: 3, 3, 4);

    [SkippableFact]
    public Task Lease_majority_goes_on_with_the_one_side_that_gets_the_lease() => GoOnWithOneSide(LeaseMajority, [1, 2], [3, 4], [5]);

    [SkippableFact]
    public Task Down_all_goes_on_with_nobody() => Split(Settings.Resolver("down-all"), oldest: 5);

    private static Task Split(string settings, int oldest, params int[] survivors) => GoOn(settings, oldest, n => n.Partition([1, 2], [3, 4], [5]), survivors);
}
