using Google.Protobuf;
using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Distributed;

public sealed class MemoryStartTests
{
    private static readonly ParallelLayout Two = new(1, 1, 2);

    [Fact]
    public void The_newest_step_that_every_shard_can_be_had_of_is_taken()
    {
        // Rank 0 has finished step 8, rank 1 was killed while it wrote step 8 and is held by rank 0's process.
        var start = Decide(Two, Workers(2), ("w0", State(Two, 0, 7, 8)), ("w0", State(Two, 1, 7)));
        Assert.Equal(7, start.Step);
        Assert.Equal([0, 1], start.States.Select(state => state.Rank));
    }

    [Fact]
    public void A_step_that_all_have_finished_is_not_done_again() =>
        Assert.Equal(8, Decide(Two, Workers(2), ("w0", State(Two, 0, 7, 8)), ("w1", State(Two, 1, 8, 7))).Step);

    [Fact]
    public void Without_a_shard_there_is_no_start_and_the_reason_names_the_rank()
    {
        var start = Decide(Two, Workers(2), ("w0", State(Two, 0, 7, 8)));
        Assert.False(start.IsThere);
        Assert.Equal("of TP 1 x PP 1 x DP 2 the state of rank 1 is in no process's memory", start.Reason);
    }

    [Fact]
    public void Shards_without_a_step_in_common_are_no_start() =>
        Assert.Equal("the ranks of TP 1 x PP 1 x DP 2 have no step in common", Decide(Two, Workers(2), ("w0", State(Two, 0, 8)), ("w1", State(Two, 1, 6))).Reason);

    [Fact]
    public void A_layout_that_came_to_no_step_does_not_hide_the_one_before()
    {
        var one = ParallelLayout.Single;
        var start = Decide(one, Workers(1), ("w0", State(Two, 0, 7, 8)), ("w0", State(Two, 1, 8)), ("w0", State(one, 0)));
        Assert.Equal(8, start.Step);
        Assert.All(start.States, state => Assert.Equal(2, state.Layout.Data));
    }

    [Fact]
    public void Of_two_layouts_with_the_same_step_the_one_to_go_on_with_is_taken()
    {
        var one = ParallelLayout.Single;
        var start = Decide(one, Workers(1), ("w0", State(Two, 0, 8)), ("w0", State(Two, 1, 8)), ("w0", State(one, 0, 8)));
        Assert.Equal(1, Assert.Single(start.States).Layout.Data);
    }

    [Fact]
    public void State_on_another_machine_cannot_be_taken_and_the_reason_names_who_needs_it()
    {
        var workers = Workers(2);
        workers[1].Machine = "other";
        var start = Decide(Two, workers, ("w0", State(Two, 0, 8)), ("w0", State(Two, 1, 8)));
        Assert.False(start.IsThere);
        Assert.Contains("the state of rank 1 of TP 1 x PP 1 x DP 2 is not on the machine of host/101", start.Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void Of_a_machine_that_is_gone_the_copies_on_another_one_are_taken()
    {
        // Rank 1's machine is lost; its copy on rank 0's has the step before the one that was being copied.
        var start = Decide(Two, Workers(2), ("w0", State(Two, 0, 8, 7)), ("agent", Served(State(Two, 1, 7), "machine")));
        Assert.Equal(7, start.Step);
        Assert.Equal(["", "agent"], start.States.Select(state => state.Server));
    }

    [Fact]
    public void Who_is_placed_on_another_machine_takes_its_shard_from_whoever_gives_it_there()
    {
        var workers = Workers(2);
        workers[1].Machine = "new";
        var start = Decide(Two, workers, ("w0", Served(State(Two, 0, 8), "machine")), ("agent", Served(State(Two, 1, 8), "machine")));
        Assert.Equal(8, start.Step);
    }

    [Fact]
    public void Of_each_machine_that_has_a_shard_one_source_is_named_and_those_that_others_can_reach_first()
    {
        var start = Decide(
            ParallelLayout.Single,
            Workers(1),
            ("w0", State(ParallelLayout.Single, 0, 8)),
            ("agent", Served(State(ParallelLayout.Single, 0, 8), "machine")),
            ("other", Served(State(ParallelLayout.Single, 0, 7, 8), "second", "other")),
            ("late", Served(State(ParallelLayout.Single, 0, 7), "third", "late")));
        Assert.Equal(["agent", "other"], start.States.Select(state => state.Server));
    }

    [Fact]
    public void With_both_copies_of_a_shard_gone_there_is_no_start()
    {
        var four = new ParallelLayout(1, 1, 4);
        var start = Decide(four, Workers(4), ("w0", State(four, 0, 8)), ("w1", State(four, 1, 8)), ("agent", Served(State(four, 3, 8), "machine")));
        Assert.False(start.IsThere);
        Assert.Equal("of TP 1 x PP 1 x DP 4 the state of rank 2 is in no process's memory", start.Reason);
    }

    [Fact]
    public void Another_tensor_parallel_cut_cannot_be_taken() =>
        Assert.False(Decide(ParallelLayout.Single, Workers(1), ("w0", State(new(2, 1, 1), 0, 8)), ("w0", State(new(2, 1, 1), 1, 8))).IsThere);

    [Theory]
    [InlineData(4, true, 4)]
    [InlineData(3, true, 3)]
    [InlineData(9, true, 4)]
    [InlineData(3, false, 4)]
    [InlineData(0, true, 4)]
    public void Data_parallel_ranks_follow_the_workers_where_that_is_allowed(int replicas, bool shrink, int data) =>
        Assert.Equal(new ParallelLayout(1, 2, data), AssignmentPlan.LayoutFor(new ParallelLayout(1, 2, 4), 2 * replicas + 1, shrink));

    [Fact]
    public void A_lost_worker_s_rank_goes_to_its_own_machine_where_its_state_is()
    {
        var workers = Workers(4);
        workers[2].Machine = "other";
        workers[3].Standby = true;
        var assignment = AssignmentPlan.Decide(Two, [workers[0], workers[2], workers[3]], [workers[0], workers[1]]);
        Assert.Equal(["w0", "w3"], assignment.Members.Select(member => member.Id));
    }

    [Fact]
    public void In_another_layout_those_who_trained_go_on_in_their_order()
    {
        var workers = Workers(4);
        var assignment = AssignmentPlan.Decide(Two, [workers[3], workers[2], workers[1]], workers);
        Assert.Equal(["w1", "w2"], assignment.Members.Select(member => member.Id));
    }

    private static StateHandle Served(StateHandle state, string machine, string server = "agent")
    {
        state.Machine = machine;
        state.Server = server;
        return state;
    }

    private static MemoryStart Decide(ParallelLayout layout, IReadOnlyList<WorkerDescription> workers, params (string Worker, StateHandle State)[] states) => MemoryStart.Decide(
        layout,
        [.. workers.Take(layout.World)],
        states.GroupBy(state => state.Worker).ToDictionary(group => group.Key, group => (IReadOnlyList<StateHandle>)[.. group.Select(state => state.State)]));

    private static List<WorkerDescription> Workers(int count) =>
        [.. Enumerable.Range(0, count).Select(index => new WorkerDescription { Id = $"w{index}", Host = "host", ProcessId = 100 + index, Machine = "machine" })];

    private static StateHandle State(ParallelLayout layout, int rank, params int[] steps)
    {
        var handle = new StateHandle
        {
            Token = ByteString.CopyFrom(Guid.NewGuid().ToByteArray()),
            Machine = "machine",
            Rank = rank,
            Layout = new Layout { Tensor = layout.Tensor, Pipeline = layout.Pipeline, Data = layout.Data },
        };
        handle.Steps.AddRange(steps);
        return handle;
    }
}
