using Meditron.Llama;
using Meditron.Testing;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Distributed;

/// <summary>What the coordinators' journals must give the next incarnation, whatever database holds them.</summary>
public abstract class CoordinatorJournalTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private static readonly LlamaConfig Model = new()
    {
        VocabularySize = 16, HiddenSize = 16, Layers = 1, Heads = 2, KvHeads = 2, FfnSize = 16, MaxPositions = 8, MakeVocabularySizeDivisibleBy = 16,
    };

    private readonly TemporaryFolder folder = new();
    private readonly string run = $"run-{Guid.NewGuid():N}";

    /// <summary>Settings that name the database, over a node's own.</summary>
    protected abstract string[] Database { get; }

    /// <summary>The folder of the job's files.</summary>
    protected string Folder => folder.Path;

    /// <summary>Takes the database away until the result is disposed.</summary>
    protected abstract IDisposable TakeAway();

    [Fact]
    public void While_the_database_is_away_training_goes_on_and_checkpoints_wait_and_are_committed_when_it_is_back()
    {
        using (var only = new Incarnation(run, folder.Path, Model, isKept: true, [.. Database, "akka.persistence.journal.sql.circuit-breaker.call-timeout=5s"]))
        {
            var workers = Train(only, generation: 1);
            using (TakeAway())
            {
                Write(only, step: 2);
                only.Log.Await("database-away");
                Assert.StartsWith("away for ", only.Status().Database, StringComparison.Ordinal);
                for (var rank = 0; rank < 2; rank++)
                {
                    workers[rank].Tell(new ScriptedWorker.Say(new StepCompleted { Generation = 1, Rank = rank, Step = 3 }));
                }

                only.Log.Await("step 3");
                Write(only, step: 4);
            }

            only.Log.Await("database-back");
            Assert.Equal(4, only.Newest().Step);
            Assert.Equal("", only.Status().Database);
        }

        using var second = Start();
        second.Log.Await("checkpoint");
        second.Log.Await("checkpoint");
        Assert.Equal([(2, 1L), (4, 1L)], second.Status().Checkpoints.Select(checkpoint => (checkpoint.Position.Step, checkpoint.Position.Generation)).Order());
    }

    [Fact]
    public void A_running_generation_goes_on_under_the_next_incarnation()
    {
        using (var first = Start())
        {
            Train(first, generation: 1);
        }

        using var second = Start();
        second.Join("a", Holds(0, step: 5));
        var worker = second.Join("b", Holds(1, step: 4));
        second.Log.Await("taken-over");
        Assert.Equal(4, second.Status().Step);
        worker.Tell(new ScriptedWorker.Say(new StepCompleted { Generation = 1, Rank = 1, Step = 5 }));
        second.Log.Await("step 5");
        var status = second.Status();
        Assert.Equal(("Training", 1L, 5), (status.Phase, status.Generation, status.Step));
        Assert.Empty(second.Prepared);
    }

    [Fact]
    public void Steps_that_were_taken_while_nobody_led_are_recorded_by_the_next_incarnation()
    {
        using (var first = Start())
        {
            Train(first, generation: 1);
        }

        // One has come further than the other by the time that it registers.
        using var second = Start();
        var behind = second.Join("a", Holds(0, step: 3), 1, 2, 3);
        second.Join("b", Holds(1, step: 4), 1, 2, 3, 4);
        Assert.Equal(["step 1", "step 2", "step 3"], second.Log.Await("taken-over").Where(told => told.StartsWith("step", StringComparison.Ordinal)));
        Assert.Equal(("Training", 3), (second.Status().Phase, second.Status().Step));

        // And what that one has told somebody else counts once the other has it.
        behind.Tell(new ScriptedWorker.Say(new StepCompleted { Generation = 1, Rank = 0, Step = 5 }));
        second.Log.Await("step 4");
        Assert.Equal(4, second.Status().Step);
    }

    [Fact]
    public void A_step_that_a_rank_tells_before_the_others_have_reported_counts()
    {
        using (var first = Start())
        {
            Train(first, generation: 1);
        }

        using var second = Start();
        var early = second.Join("a", Holds(0, step: 9), [.. Enumerable.Range(1, 9)]);
        early.Tell(new ScriptedWorker.Say(new StepCompleted { Generation = 1, Rank = 0, Step = Incarnation.Steps }));
        early.Tell(new ScriptedWorker.Say(new StateMended { Detail = "said before the other joins" }));
        second.Log.Await("state-mended");
        var late = second.Join("b", Holds(1, step: 9), [.. Enumerable.Range(1, 9)]);
        second.Log.Await("taken-over");

        // It is the last step: no other one will make up for it.
        late.Tell(new ScriptedWorker.Say(new StepCompleted { Generation = 1, Rank = 1, Step = Incarnation.Steps }));
        Assert.Empty(second.Log.Await($"step {Incarnation.Steps}"));
    }

    [Fact]
    public void A_step_of_an_earlier_generation_that_was_taken_back_is_not_recorded()
    {
        using (var first = Start())
        {
            Train(first, generation: 1);
        }

        using (var second = Start())
        {
            Train(second, generation: 2);
        }

        // One remembers steps that it has taken in the first, and the second began before them.
        using var third = Start();
        var worker = third.Join("b", Holds(1, step: 2, generation: 2), generation: 1, [1, 2]);
        third.Log.Await("worker-joined");
        third.Status();
        worker.Tell(new ScriptedWorker.Say(new StateMended { Detail = "said after what it remembers" }));
        third.Log.Await("state-mended");
        third.Join("a");
        Assert.DoesNotContain(third.Log.Await("generation-failed"), told => told.StartsWith("step", StringComparison.Ordinal));
    }

    [Fact]
    public void A_generation_that_its_workers_have_lost_is_followed_by_a_higher_one()
    {
        using (var first = Start())
        {
            Train(first, generation: 1);
        }

        using var second = Start();
        Train(second, generation: 2);
        Assert.Equal([2L, 2L], second.Prepared);
    }

    [Fact]
    public void A_finished_job_is_finished_for_the_next_incarnation()
    {
        using (var first = Start())
        {
            var workers = Train(first, generation: 1);
            for (var rank = 0; rank < 2; rank++)
            {
                workers[rank].Tell(new ScriptedWorker.Say(new GenerationStopped { Generation = 1, Rank = rank, Step = Incarnation.Steps, Cause = StopCause.LastStep }));
            }

            first.Coordinator.Tell(new CheckpointCommitted { Position = Position(Incarnation.Steps), Path = "checkpoint" });
            first.Log.Await($"end {Incarnation.Steps}");
        }

        using var second = Start();
        second.Log.Await($"end {Incarnation.Steps}");
        Assert.Equal("Finished", second.Status().Phase);
    }

    [Fact]
    public void Committed_checkpoints_are_known_to_the_next_incarnation_and_deleted_ones_are_not()
    {
        using (var first = Start())
        {
            foreach (var step in new[] { 2, 4, 6 })
            {
                Write(first, step);
                first.Log.Await("checkpoint");
            }

            Assert.Equal(6, first.Newest().Step);
        }

        using var second = Start();
        second.Log.Await("checkpoint");
        second.Log.Await("checkpoint");
        var newest = second.Newest();
        Assert.Equal(6, newest.Step);
        Assert.Empty(newest.Rejected);
        Assert.Equal([4, 6], second.Status().Checkpoints.Select(checkpoint => checkpoint.Position.Step).Order());
    }

    [Fact]
    public void A_worker_that_joins_while_the_others_tell_what_is_in_memory_is_asked_too()
    {
        using var only = Start();
        var workers = Train(only, generation: 1);
        workers[1].Tell(new ScriptedWorker.Withhold(true));
        only.Stop(workers[0]);
        only.Log.Await("worker-lost");
        Assert.Equal("Assessing", only.Status().Phase);
        only.Join("c");
        only.Log.Await("worker-joined");
        workers[1].Tell(new ScriptedWorker.Withhold(false));
        Assert.DoesNotContain("worker-expelled", only.Log.Await("begin 2"));
        Assert.Equal(["b", "c"], only.Status().Ranks.Select(rank => rank.Worker.Id).Order());
    }

    [Fact]
    public void An_incarnation_that_another_has_followed_can_raise_no_generation()
    {
        using var stale = Start();
        var workers = Train(stale, generation: 1);
        using (var second = Start())
        {
            Train(second, generation: 2);
            stale.Stop(workers[0]);
            stale.Join("c");
            Assert.True(stale.Ended.Wait(Deadline), "the older incarnation went on after its write was refused");
        }

        using var third = Start();
        third.Join("a", Holds(0, step: 3, generation: 2));
        third.Join("b", Holds(1, step: 3, generation: 2));
        third.Log.Await("taken-over");
        Assert.Equal(2, third.Status().Generation);
    }

    public void Dispose()
    {
        folder.Dispose();
        GC.SuppressFinalize(this);
    }

    private protected Incarnation Start() => new(run, folder.Path, Model, isKept: false, Database);

    private protected static IActorRef[] Train(Incarnation incarnation, long generation)
    {
        IActorRef[] workers = [incarnation.Join("a"), incarnation.Join("b")];
        incarnation.Log.Await($"begin {generation}");
        return workers;
    }

    private protected static WorkerState Holds(int rank, int step, long generation = 1) => new() { Generation = generation, Rank = rank, Phase = WorkerPhase.Training, Step = step };

    private static Training.Distributed.Protocol.CheckpointPosition Position(int step) =>
        new() { Step = step, Generation = 1, Updates = step, SamplesConsumed = step, Layout = new Layout { Tensor = 1, Pipeline = 1, Data = 2 } };

    /// <summary>Has both ranks write their parts of a step's checkpoint.</summary>
    private protected void Write(Incarnation incarnation, int step)
    {
        var position = Position(step);
        var partial = new CheckpointStore(Path.Combine(folder.Path, "checkpoints")).PartialFolder(step, position.Generation);
        for (var rank = 0; rank < 2; rank++)
        {
            using var state = new ShardedState(ShardPlan.Create(ParameterLayout.Create(Model), 2), rank, Precision.Fp32, Device.CPU, new FusedKernels());
            using var snapshot = new ShardSnapshot(state);
            snapshot.Capture();
            incarnation.Checkpoints.Tell(CheckpointMessages.Written(position, rank, snapshot.Write(partial, rank, 2)), ActorRefs.NoSender);
        }
    }
}
