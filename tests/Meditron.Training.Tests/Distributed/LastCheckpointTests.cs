using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>The last checkpoint is written again until it can be.</summary>
public sealed class LastCheckpointTests : IDisposable
{
    private readonly VirtualJob job = new(2);

    [Fact]
    public void One_that_has_failed_before_all_ranks_have_said_that_they_stopped_is_written_again()
    {
        job.Join("a", "b");
        job.Log.Await("begin 1");
        job.Step("a", "b");
        job.Log.Await("step 1");
        job.Say("a", new CheckpointFailed { Generation = 1, Step = 1, Error = "the disk is full" });
        foreach (var (id, rank) in new[] { ("a", 0), ("b", 1) })
        {
            job.Say(id, new GenerationStopped { Generation = 1, Rank = rank, Step = 1, Cause = StopCause.LastStep });
        }

        job.Live(TimeSpan.FromSeconds(5), "a", "b");
        Assert.Contains(job.Heard<ControlTraining>("a"), control => control.Stop);
    }

    public void Dispose() => job.Dispose();
}
