using Meditron.Actors.MultiNode.Tests.Clusters;
using Meditron.Testing.Networks;

namespace Meditron.Actors.MultiNode.Tests.Specs;

/// <summary>Loss that is not the same in both directions, and a cable that is pulled.</summary>
public class OneWayLossSpec : PartitionSpec
{
    [SkippableFact]
    public Task Two_that_do_not_reach_each_other_but_are_reached_by_all_others_are_both_downed() =>
        GoOn(Settings.Resolver("keep-majority"), 4, n => n.Cut(4, 2), 1, 3, 5);

    [SkippableFact]
    public Task A_side_that_is_heard_but_hears_nothing_loses_as_in_a_whole_partition() =>
        GoOn(Settings.Resolver("keep-majority"), 5, n => Cut(n, [1, 2, 3], [4, 5]), 1, 2, 3);

    [SkippableFact]
    public Task A_node_whose_cable_is_pulled_is_not_taken_for_a_process_that_has_ended() =>
        GoOn(Settings.Resolver("keep-majority"), 5, n => n.Unplug(5), 1, 2, 3, 4);

    private static void Cut(NamespaceNetwork network, int[] from, int[] to)
    {
        foreach (var a in from)
        {
            foreach (var b in to)
            {
                network.Cut(a, b);
            }
        }
    }
}
