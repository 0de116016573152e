namespace Meditron.Training.Tests.Distributed;

/// <summary>Who fills the first layout of a job, in virtual time.</summary>
public sealed class FirstLayoutTests
{
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    [Fact]
    public void A_standby_that_comes_first_leaves_the_ranks_to_the_workers()
    {
        using var job = new VirtualJob(2);
        job.Join("standby", "a");
        job.Live(4 * Second, "standby", "a");
        Assert.Equal("WaitingForWorkers", job.Status().Phase);
        Assert.Contains("2 workers, and 1 have registered; standbys fill in after 5 s", job.Status().Reason, StringComparison.Ordinal);
        job.Join("b");
        job.Log.Await("begin 1");
        Assert.Equal(["a", "b"], job.Status().Ranks.Select(rank => rank.Worker.Id));
    }

    [Fact]
    public void Where_no_worker_comes_in_time_a_standby_fills_in()
    {
        using var job = new VirtualJob(2);
        job.Join("standby-1", "standby-2");
        job.Live(6 * Second, "standby-1", "standby-2");
        job.Log.Await("begin 1");
        Assert.Equal(["standby-1", "standby-2"], job.Status().Ranks.Select(rank => rank.Worker.Id));
    }

    [Fact]
    public void A_job_that_has_trained_gives_a_lost_rank_to_a_standby_at_once()
    {
        using var job = new VirtualJob(2);
        job.Join("a", "b");
        job.Log.Await("begin 1");
        job.Join("standby");
        job.Step("a", "b");
        job.End("b");

        // No time passes.
        job.Log.Await("begin 2");
        Assert.Equal(["a", "standby"], job.Status().Ranks.Select(rank => rank.Worker.Id));
    }
}
