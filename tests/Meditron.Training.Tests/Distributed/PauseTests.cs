using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>Whose pause a job keeps.</summary>
public sealed class PauseTests : IDisposable
{
    private readonly VirtualJob job = new(2);

    public PauseTests()
    {
        job.Join("a", "b");
        job.Log.Await("begin 1");
        job.Step("a", "b");
        job.Log.Await("step 1");
    }

    [Fact]
    public void Ranks_that_an_earlier_coordinator_has_had_pause_for_another_layout_go_on()
    {
        foreach (var (id, rank) in new[] { ("a", 0), ("b", 1) })
        {
            job.Say(id, new GenerationStopped { Generation = 1, Rank = rank, Step = 1, Cause = StopCause.Pause });
        }

        Assert.Equal("Training", job.Status().Phase);
        Assert.All(["a", "b"], id => Assert.Equal(2, job.Heard<TrainGeneration>(id).Count));
    }

    [Fact]
    public void A_pause_that_a_user_asks_for_lasts_until_the_user_ends_it()
    {
        Assert.True(job.Ask<CommandAnswer>(new PauseTraining()).Accepted);
        job.Log.Await("paused");
        Assert.Equal("Paused", job.Status().Phase);
        Assert.True(job.Ask<CommandAnswer>(new ResumeTraining()).Accepted);
        job.Log.Await("resumed");
        Assert.Equal("Training", job.Status().Phase);
    }

    public void Dispose() => job.Dispose();
}
