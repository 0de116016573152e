using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>What a rank has told may be lost on the way: its steps are recorded, and its end is heard of, all the same.</summary>
public sealed class LostReportTests : IDisposable
{
    private readonly VirtualJob job = new(1);

    public LostReportTests()
    {
        job.Join("a");
        job.Log.Await("begin 1");
        job.Step("a");
        job.Log.Await("step 1");
    }

    [Fact]
    public void A_step_whose_report_was_lost_is_asked_for_and_recorded_before_the_next()
    {
        job.Say("a", Completed(3));
        Assert.Single(job.Heard<RegistrationWanted>("a"));
        Assert.Equal(1, job.Status().Step);
        job.Say("a", Registration(WorkerPhase.Training, 3, 1, 2, 3));
        Assert.Empty(job.Log.Await("step 2"));
        Assert.Empty(job.Log.Await("step 3"));
    }

    [Fact]
    public void A_question_that_was_lost_is_asked_again_when_the_rank_registers()
    {
        job.Say("a", Completed(3));
        job.Say("a", Registration(WorkerPhase.Training, 3));
        Assert.Equal(2, job.Heard<RegistrationWanted>("a").Count);
        job.Say("a", Registration(WorkerPhase.Training, 3, 1, 2, 3));
        job.Log.Await("step 2");
        job.Log.Await("step 3");
    }

    [Fact]
    public void A_step_that_no_rank_remembers_is_left_out_of_the_record_aloud()
    {
        job.Say("a", Completed(4));
        job.Say("a", Registration(WorkerPhase.Training, 4, 3, 4));
        Assert.Equal(["steps-untold", "step 3"], job.Log.Await("step 4"));
    }

    [Fact]
    public void Ranks_that_remember_nothing_are_not_asked_for_ever()
    {
        job.Say("a", Completed(4));
        for (var again = 0; again < 10; again++)
        {
            job.Say("a", Registration(WorkerPhase.Training, 4));
        }

        Assert.Equal(["steps-untold"], job.Log.Await("step 4"));
        Assert.InRange(job.Heard<RegistrationWanted>("a").Count, 2, 5);
    }

    [Fact]
    public void The_end_of_a_rank_is_heard_of_from_its_registration()
    {
        job.Step("a");
        job.Log.Await("step 2");
        job.Say("a", Registration(WorkerPhase.Finished, 2));
        Assert.Equal("Finishing", job.Status().Phase);
    }

    [Fact]
    public void A_job_waits_for_the_report_of_its_last_step()
    {
        job.Say("a", new GenerationStopped { Generation = 1, Rank = 0, Step = 2, Cause = StopCause.Stop });
        Assert.Equal("Training", job.Status().Phase);
        job.Say("a", Registration(WorkerPhase.Finished, 2, 1, 2));
        job.Log.Await("step 2");
        Assert.Equal("Finishing", job.Status().Phase);
    }

    public void Dispose() => job.Dispose();

    private static StepCompleted Completed(int step) => new() { Generation = 1, Rank = 0, Step = step, Seconds = 0.1 };

    private static RegisterWorker Registration(WorkerPhase phase, int step, params int[] taken)
    {
        var register = new RegisterWorker { Worker = new WorkerDescription { Id = "a" }, State = new WorkerState { Generation = 1, Rank = 0, Phase = phase, Step = step } };
        register.Taken.AddRange(taken.Select(Completed));
        return register;
    }
}
