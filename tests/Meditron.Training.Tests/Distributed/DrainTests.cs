using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Distributed;

/// <summary>Workers that leave in order, and jobs that have too few, in virtual time.</summary>
public sealed class DrainTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_worker_that_is_told_to_end_gives_its_rank_to_a_standby_and_no_step_is_redone()
    {
        using var job = Begin("standby");
        job.Say("b", new DrainWorker { WorkerId = "b", Reason = "told to end" });
        job.Live(Second, "a", "b", "standby");
        var told = job.Log.Await("begin 2");
        Assert.Contains("draining", told);
        Assert.DoesNotContain("generation-failed", told);
        Assert.DoesNotContain("memory-lost", told);
        Assert.Equal(["a", "standby"], job.Status().Ranks.Select(rank => rank.Worker.Id));
        Assert.Equal(1, job.Heard<ConnectGeneration>("standby").Single().Start.Step);
        Assert.Empty(job.Heard<WorkerReleased>("b"));
        job.Step("a", "standby");
        job.Live(Second, "a", "b", "standby");
        job.Log.Await("worker-left");
        Assert.Single(job.Heard<WorkerReleased>("b"));
    }

    [Fact]
    public void Without_anybody_for_its_rank_the_job_goes_on_with_fewer_copies()
    {
        using var job = Begin();
        job.Say("a", new DrainWorker { WorkerId = "a", Reason = "told to end" });
        job.Live(Second, "a", "b");
        Assert.DoesNotContain("generation-failed", job.Log.Await("begin 2"));
        Assert.Equal(["b"], job.Status().Ranks.Select(rank => rank.Worker.Id));
        job.Step("b");
        job.Live(Second, "a", "b");
        job.Log.Await("worker-left");
    }

    [Fact]
    public void Where_the_job_may_not_shrink_the_worker_stays_until_somebody_comes()
    {
        using var job = Begin(change: options => options with { TooFewWorkers = new TooFewWorkersOptions(TooFewWorkersAction.Wait, TimeSpan.FromHours(1), 2) });
        job.Say("b", new DrainWorker { WorkerId = "b", Reason = "told to end" });
        job.Live(Second, "a", "b");
        job.Log.Await("drain-waits");
        Assert.Equal(("Training", 1L), (job.Status().Phase, job.Status().Generation));
        job.Join("c");
        job.Live(Second, "a", "b", "c");
        job.Log.Await("begin 2");
        Assert.Equal(["a", "c"], job.Status().Ranks.Select(rank => rank.Worker.Id));
    }

    [Fact]
    public void Where_all_are_told_to_end_the_job_stops_with_a_checkpoint()
    {
        using var job = Begin("standby");
        foreach (var id in new[] { "a", "standby", "b" })
        {
            job.Say(id, new DrainWorker { WorkerId = id, Reason = "told to end" });
        }

        job.Live(Second, "a", "b", "standby");
        job.Log.Await("preempted");
        Assert.True(Assert.Single(job.Heard<ControlTraining>("a")).Stop);
    }

    [Fact]
    public void A_worker_of_a_paused_job_is_replaced_at_once_and_the_job_stays_paused()
    {
        using var job = Begin("standby");
        Assert.True(job.Ask<CommandAnswer>(new PauseTraining()).Accepted);
        job.Log.Await("paused");
        job.Say("b", new DrainWorker { WorkerId = "b", Reason = "told to end" });
        job.Live(Second, "a", "b", "standby");
        Assert.DoesNotContain("generation-failed", job.Log.Await("begin 2"));
        job.Live(Second, "a", "b", "standby");
        job.Log.Await("worker-left");
        Assert.Single(job.Heard<WorkerReleased>("b"));
        Assert.Equal(("Paused", "a,standby"), (job.Status().Phase, string.Join(',', job.Status().Ranks.Select(rank => rank.Worker.Id))));
        Assert.Empty(job.Heard<TrainGeneration>("standby"));

        Assert.True(job.Ask<CommandAnswer>(new ResumeTraining()).Accepted);
        job.Log.Await("resumed");
        Assert.Single(job.Heard<TrainGeneration>("standby"));
        job.Step("a", "standby");
        job.Log.Await("step 2");
    }

    [Fact]
    public void A_paused_job_of_which_all_workers_are_told_to_end_stops_with_a_checkpoint()
    {
        using var job = Begin();
        Assert.True(job.Ask<CommandAnswer>(new PauseTraining()).Accepted);
        job.Log.Await("paused");
        foreach (var id in new[] { "a", "b" })
        {
            job.Say(id, new DrainWorker { WorkerId = id, Reason = "told to end" });
        }

        job.Live(Second, "a", "b");
        job.Log.Await("preempted");
        Assert.True(job.Heard<ControlTraining>("a")[^1].Stop);
        Assert.Equal("Finishing", job.Status().Phase);
    }

    [Fact]
    public void A_worker_of_a_job_that_has_not_begun_may_leave_at_once()
    {
        using var job = new VirtualJob(2);
        job.Join("a");
        job.Say("a", new DrainWorker { WorkerId = "a", Reason = "told to end" });
        job.Live(Second, "a");
        job.Log.Await("worker-left");
        Assert.Single(job.Heard<WorkerReleased>("a"));
    }

    [Fact]
    public void A_host_is_drained_and_taken_back_by_command()
    {
        using var job = Begin("standby");
        Assert.False(job.Ask<CommandAnswer>(new DrainTarget { Target = "elsewhere" }).Accepted);
        Assert.Contains("nobody would be left", job.Ask<CommandAnswer>(new DrainTarget { Target = "host" }).Text, StringComparison.Ordinal);
        Assert.False(job.Ask<CommandAnswer>(new UndrainTarget { Target = "host/102" }).Accepted);
        Assert.True(job.Ask<CommandAnswer>(new DrainTarget { Target = "host/102" }).Accepted);
        job.Live(Second, "a", "b", "standby");
        job.Log.Await("begin 2");
        job.Step("a", "standby");
        job.Live(Second, "a", "b", "standby");
        Assert.Equal(["a", "standby"], job.Status().Ranks.Select(rank => rank.Worker.Id));
        Assert.Equal(["b"], job.Status().Draining);
        Assert.Empty(job.Heard<WorkerReleased>("b"));
        Assert.True(job.Ask<CommandAnswer>(new UndrainTarget { Target = "host/102" }).Accepted);
        Assert.Empty(job.Status().Draining);
    }

    [Fact]
    public void A_machine_is_drained_and_a_standby_of_another_takes_its_shard_from_there()
    {
        using var job = new VirtualJob(2);
        job.Join("a@here", "b@there");
        job.Log.Await("begin 1");
        job.Join("standby@here");
        job.Step("a@here", "b@there");
        job.Log.Await("step 1");
        Assert.Contains("nobody would be left", job.Ask<CommandAnswer>(new DrainTarget { Target = "host" }).Text, StringComparison.Ordinal);
        Assert.True(job.Ask<CommandAnswer>(new DrainTarget { Target = "there" }).Accepted);
        job.Live(Second, "a@here", "b@there", "standby@here");
        var told = job.Log.Await("begin 2");
        Assert.DoesNotContain("generation-failed", told);
        Assert.DoesNotContain("memory-lost", told);
        Assert.Equal(["a@here", "standby@here"], job.Status().Ranks.Select(rank => rank.Worker.Id));
        var connect = job.Heard<ConnectGeneration>("standby@here").Single();
        Assert.Equal(1, connect.Start.Step);
        Assert.Equal("b@there", connect.Start.States.First(state => state.Rank == 1).Server);
        Assert.Contains(connect.Servers, server => server.Id == "b@there");
        Assert.Equal(["b@there"], job.Status().Draining);
    }

    [Fact]
    public void A_slow_worker_is_replaced_where_the_policy_says_so_and_its_process_ended()
    {
        using var job = Begin("standby", options => options with { SlowWorkers = SlowWorkersAction.Replace });
        for (var step = 2; step < 12; step++)
        {
            job.Say("a", new StepCompleted { Generation = 1, Rank = 0, Step = step, ComputeSeconds = 0.1 });
            job.Say("b", new StepCompleted { Generation = 1, Rank = 1, Step = step, ComputeSeconds = 0.3 });
        }

        job.Log.Await("slow-worker");
        job.Live(Second, "a", "b", "standby");
        job.Log.Await("begin 2");
        Assert.Equal(["a", "standby"], job.Status().Ranks.Select(rank => rank.Worker.Id));
        job.Step("a", "standby");
        job.Live(Second, "a", "b", "standby");
        job.Log.Await("worker-expelled");
    }

    [Fact]
    public void A_job_that_waits_for_workers_shrinks_once_it_has_waited()
    {
        using var job = Begin(change: options => options with { TooFewWorkers = new TooFewWorkersOptions(TooFewWorkersAction.Wait, 10 * Second, 1) });
        job.End("b");
        job.Log.Await("waiting-for-workers");
        job.Live(9 * Second, "a");
        Assert.Equal("WaitingForWorkers", job.Status().Phase);
        job.Live(2 * Second, "a");
        job.Log.Await("begin 2");
        Assert.Equal(["a"], job.Status().Ranks.Select(rank => rank.Worker.Id));
    }

    [Fact]
    public void A_job_that_is_to_stop_then_saves_what_is_in_memory_first()
    {
        using var job = Begin(change: options => options with { TooFewWorkers = new TooFewWorkersOptions(TooFewWorkersAction.Stop, TimeSpan.Zero, 1) });
        job.End("b");
        job.Log.Await("too-few-workers");
        job.Log.Await("begin 2");
        job.Live(Second, "a");
        Assert.True(Assert.Single(job.Heard<ControlTraining>("a")).Stop);
    }

    [Fact]
    public void A_job_that_can_have_no_copy_of_its_model_ends_with_a_reason()
    {
        using var job = Begin(change: options => options with { TooFewWorkers = new TooFewWorkersOptions(TooFewWorkersAction.Shrink, 5 * Second, 2) });
        job.End("a");
        job.End("b");
        job.Log.Await("waiting-for-workers");
        job.Live(6 * Second);
        job.Log.Await("failed");
        Assert.Contains("less than 2 copies of the model", job.Status().Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_worker_whose_device_fails_again_and_again_is_ended()
    {
        using var job = Begin("standby", options => options with { WorkerFailuresMax = 2, FailuresWithoutProgress = 100 });
        job.Say("b", new GenerationFailed { Generation = 1, Rank = 1, Step = 1, Kind = "error", Error = "the device is broken" });
        Assert.DoesNotContain("worker-expelled", job.Log.Await("begin 2"));
        job.Say("b", new GenerationFailed { Generation = 2, Rank = 1, Step = 1, Kind = "error", Error = "the device is broken" });
        job.Log.Await("worker-expelled");
        job.Log.Await("begin 3");
        Assert.Equal(["a", "standby"], job.Status().Ranks.Select(rank => rank.Worker.Id));
    }

    private static VirtualJob Begin(string? standby = null, Func<CoordinatorOptions, CoordinatorOptions>? change = null)
    {
        var job = new VirtualJob(2, change);
        job.Join("a", "b");
        job.Log.Await("begin 1");
        if (standby is not null)
        {
            job.Join(standby);
        }

        job.Step("a", "b");
        job.Log.Await("step 1");
        return job;
    }
}
