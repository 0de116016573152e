using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>What a coordinator notices of its workers, in virtual time.</summary>
public sealed class DetectionTests : IDisposable
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly VirtualJob job = new(2);
    private long progress;

    public DetectionTests()
    {
        job.Join("a", "b");
        job.Log.Await("begin 1");
        job.Step("a", "b");
        job.Log.Await("step 1");
    }

    [Fact]
    public void A_worker_that_lives_but_gets_nothing_done_is_expelled_and_its_victim_goes_on()
    {
        job.Join("standby");
        job.Advance(12 * Second, () =>
        {
            job.Alive("a", 7, DeviceState.Waiting);
            job.Alive("b", 9, DeviceState.Computing);
            job.Alive("standby", 0, DeviceState.Resting);
        });
        Assert.DoesNotContain("memory-lost", job.Log.Await("begin 2"));
        Assert.Equal(["a", "standby"], job.Status().Ranks.Select(rank => rank.Worker.Id));
        Assert.Equal(102, job.Heard<EndWorker>("a").Concat(job.Heard<EndWorker>("standby")).Single().ProcessId);
    }

    [Fact]
    public void A_worker_that_gets_nothing_done_where_nobody_else_can_end_it_is_told_to_end_itself()
    {
        using var two = new VirtualJob(2);
        two.Join("a", "b@other");
        two.Log.Await("begin 1");
        two.Step("a", "b@other");
        two.Advance(12 * Second, () =>
        {
            two.Alive("a", 7, DeviceState.Waiting);
            two.Alive("b@other", 9, DeviceState.Computing);
        });
        two.Log.Await("worker-expelled");
        Assert.Equal(102, two.Heard<EndWorker>("b@other").Single().ProcessId);
    }

    [Fact]
    public void Steps_are_signs_of_life()
    {
        job.Advance(40 * Second, () => job.Step("a", "b"));
        var status = job.Status();
        Assert.Equal(("Training", 1L, 401), (status.Phase, status.Generation, status.Step));
        job.Advance(40 * Second);
        job.Log.Await("worker-expelled");
    }

    [Fact]
    public void A_machine_that_does_not_answer_is_not_waited_for_where_the_newest_step_is_in_memory_without_it()
    {
        job.JoinSilentAgent("machine-that-is-cut-off");
        job.End("b");
        job.Log.Await("worker-lost");
        job.Live(Second / 2, "a");
        job.Log.Await("begin 2");
    }

    [Fact]
    public void A_machine_that_may_hold_what_is_lost_is_waited_for()
    {
        using var cut = new VirtualJob(2);
        cut.Join("a", "b@other");
        cut.JoinSilentAgent("other");
        cut.Log.Await("begin 1");
        cut.Step("a", "b@other");
        cut.Log.Await("step 1");

        // One has come further than the other, and no two shards of one step are left.
        cut.Step("b@other");
        cut.End("b@other");
        cut.Log.Await("worker-lost");
        cut.Live(Second / 2, "a");
        Assert.Equal("Assessing", cut.Status().Phase);
        cut.Live(20 * Second, "a");
        cut.Log.Await("begin 2");
    }

    [Fact]
    public void Workers_that_fall_silent_together_during_an_assessment_do_not_begin_two_generations()
    {
        using var four = new VirtualJob(4, options => options with { AssessmentTimeout = TimeSpan.FromHours(1) });
        four.Join("a", "mute", "c", "d");
        four.Log.Await("begin 1");
        four.Step("a", "mute", "c", "d");
        four.Live(12 * Second, "a", "mute", "c", "d");
        four.End("d");
        four.Log.Await("worker-lost");

        // All but the first fall silent at once: without the second all that are left have reported, and the third, which has reported too, is missed a moment later.
        // The coordinator has heard both before time moves on.
        four.Heard<GetStates>("c");
        four.Alive("mute", 0, DeviceState.Resting);
        four.Status();
        four.Advance(5 * Second, () => four.Alive("a", progress++, DeviceState.Resting));
        four.Log.Await("begin 3");
        Assert.Equal(["a"], four.Status().Ranks.Select(rank => rank.Worker.Id));
    }

    [Fact]
    public void Damaged_memory_is_told_of_even_if_those_who_lost_its_rank_were_heard_first()
    {
        job.Say("a", new GenerationFailed { Generation = 1, Rank = 0, Step = 1, Kind = "communication", Error = "rank 1 has left" });
        job.Log.Await("generation-failed");
        job.Say("b", new GenerationFailed { Generation = 1, Rank = 1, Step = 1, Kind = "memory", Error = "The memory of rank 1 is damaged." });
        job.Log.Await("state-damaged");
    }

    [Fact]
    public void Where_all_wait_for_each_other_a_new_generation_begins_with_the_same_workers()
    {
        job.Advance(12 * Second, () =>
        {
            job.Alive("a", 7, DeviceState.Waiting);
            job.Alive("b", 9, DeviceState.Waiting);
        });
        var told = job.Log.Await("begin 2");
        Assert.Contains("generation-failed", told);
        Assert.DoesNotContain("worker-expelled", told);
        Assert.Equal(["a", "b"], job.Status().Ranks.Select(rank => rank.Worker.Id));
    }

    [Fact]
    public void Workers_of_a_coordinator_that_had_no_processor_are_neither_silent_nor_idle()
    {
        job.Alive("a", 1, DeviceState.Computing);
        job.Alive("b", 1, DeviceState.Waiting);
        for (var pause = 0; pause < 20; pause++)
        {
            job.Sleep(30 * Second);
            job.Alive("a", ++progress, DeviceState.Computing);
            job.Alive("b", progress, DeviceState.Waiting);
        }

        Assert.Equal(("Training", 1L), (job.Status().Phase, job.Status().Generation));
    }

    [Fact]
    public void Signs_of_life_that_are_late_by_half_the_timeout_are_no_failure()
    {
        for (var gap = 0; gap < 20; gap++)
        {
            job.Advance(TimeSpan.FromMilliseconds(400));
            job.Alive("a", ++progress, DeviceState.Computing);
            job.Alive("b", progress, DeviceState.Computing);
        }

        Assert.Equal(("Training", 1L), (job.Status().Phase, job.Status().Generation));
    }

    [Fact]
    public void A_start_in_which_signs_of_life_come_late_does_not_make_a_silence_longer_that_comes_after_it()
    {
        using var cold = new VirtualJob(2);
        cold.Join("cold-a", "cold-b");
        cold.Log.Await("begin 1");
        for (var gap = 0; gap < 4; gap++)
        {
            cold.Advance(2 * Second);
            cold.Alive("cold-a", ++progress, DeviceState.Computing);
            cold.Alive("cold-b", progress, DeviceState.Computing);
        }

        cold.Live(3 * Second, "cold-a", "cold-b");
        Assert.Equal(("Training", 1L), (cold.Status().Phase, cold.Status().Generation));
        cold.Live(1.2 * Second, "cold-a");
        cold.Log.Await("worker-expelled");
    }

    [Fact]
    public void A_step_counts_once_the_last_rank_has_it()
    {
        job.Step("a");
        Assert.Equal(1, job.Status().Step);
        job.Step("b");
        Assert.Equal(2, job.Status().Step);
    }

    public void Dispose() => job.Dispose();
}
