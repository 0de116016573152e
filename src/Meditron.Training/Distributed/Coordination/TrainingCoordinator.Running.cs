using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Steps, checkpoints, and the end.</content>
public sealed partial class TrainingCoordinator
{
    private const string SaveAgainTimer = "save-again";
    private const string HalfTimeTimer = "save-again-at-half-time";

    /// <summary>A step of which ranks that were asked so often have told nothing is left out of the record.</summary>
    private const int MostQuestions = 3;

    private static readonly TimeSpan SaveAgainWait = TimeSpan.FromSeconds(1);

    /// <summary>The step of the last checkpoint that could not be written.</summary>
    private int failedCheckpoint = -1;

    private DatabaseState? database;
    private TimeSpan databaseSince;

    /// <summary>The step at which a rank was last asked for what is not told.</summary>
    private int wanted = -1;

    /// <summary>How often that was asked of ranks that have then told nothing.</summary>
    private int questions;

    /// <summary>Why the job ends before its last step without having been asked to.</summary>
    private (JobEndCause Cause, string Reason)? ending;

    private void Running()
    {
        Command<StepCompleted>(Stepped);
        Command<GenerationStopped>(Stopped);
        Command<CheckpointCommitted>(Committed);
        Command<StateMended>(mended => log.Event("state-mended", step, $"rank {mended.Rank} after step {mended.Step}: {mended.Detail}"));
        Command<CheckpointFailed>(CheckpointLost);
        Command<CheckpointingStarted>(_ => SaveAgainIfFinishing());
        Command<SaveAgain>(_ => SaveAgainIfFinishing());
        Command<ReplicaJudged>(Judged);
        Command<DatabaseState>(DatabaseChanged);
        Command<CheckpointDeleted>(deleted => committed.RemoveAll(checkpoint => checkpoint.Path == deleted.Path));
    }

    private void Stepped(StepCompleted completed)
    {
        if (completed.Generation != generation?.Number)
        {
            return;
        }

        Heard(generation.Members[completed.Rank].Id);
        progress.Told(completed.Rank, Now);
        if (phase == CoordinatorPhase.TakingOver)
        {
            // Counts once the generation is taken over; nobody tells it again.
            generation.Take(completed);
            Sender.Tell(new RegistrationWanted());
            return;
        }

        // A step counts once the last rank has it: until then the death of one takes it back. The ranks of a generation that failed
        // meanwhile are asked for what they have taken anyway.
        if (phase != CoordinatorPhase.Training)
        {
            return;
        }

        generation.Take(completed);
        SettleIfAllStepped();
        Count();
        if (generation.Lacks(step))
        {
            Want(Sender);
        }

        log.Rank(completed);
        stages[generation.Layout.At(completed.Rank).Stage].Tell(completed);
    }

    /// <summary>Records the steps that all ranks have by now.</summary>
    private void Count()
    {
        foreach (var taken in generation!.Whole(step))
        {
            (questions, failuresInARow) = (0, 0);
            progress.Stepped();
            Record(taken);
        }
    }

    /// <summary>Asks a rank for what its steps came to, since what was said of one of them is lost.</summary>
    private void Want(IActorRef rank)
    {
        if (generation!.Common != wanted)
        {
            wanted = generation.Common;
            rank.Tell(new RegistrationWanted());
        }
    }

    /// <summary>A rank of the running generation says what it holds, and maybe what its steps came to: what was lost of what it has told is made up for.</summary>
    private void Learn(RegisterWorker register)
    {
        var rank = generation?.RankOf(register.Worker.Id) ?? -1;
        if (rank < 0 || register.State is not { } state || state.Generation != generation!.Number)
        {
            return;
        }

        generation.Reach(rank, state.Step);
        foreach (var taken in register.Taken.Where(taken => taken.Generation == state.Generation))
        {
            generation.Hear(taken);
        }

        Count();
        if (generation.Lacks(step))
        {
            if ((register.Taken is [.., var last] && last.Step > step) || ++questions > MostQuestions)
            {
                SkipUntold();
            }
            else
            {
                Sender.Tell(new RegistrationWanted());
            }
        }

        if (state.Phase == WorkerPhase.Finished && generation.Stopped[rank] is null)
        {
            Stopped(StoppedAs(rank, state));
        }
        else
        {
            StopIfAllStopped();
        }
    }

    /// <summary>Those who have taken a step do not know what it came to.</summary>
    private void SkipUntold()
    {
        while (generation!.Lacks(step))
        {
            var (first, last) = (step + 1, generation.Before(step));
            log.Event("steps-untold", last, $"nobody knows what step{(first == last ? $" {last}" : $"s {first} to {last}")} came to, which all ranks have taken: the record goes on after it");
            step = last;
            Count();
        }
    }

    private GenerationStopped StoppedAs(int rank, WorkerState state) => new()
    {
        Generation = state.Generation,
        Rank = rank,
        Step = state.Step,
        Cause = state.Phase == WorkerPhase.Paused ? StopCause.Pause : state.Step >= options.Steps ? StopCause.LastStep : StopCause.Stop,
    };

    private void Record(StepCompleted completed)
    {
        newest = completed;
        step = completed.Step;
        log.Step(completed);
        if (completed.Skipped)
        {
            log.Event("skipped-step", step, $"{(completed.Reason.Length > 0 ? completed.Reason : $"the loss is {completed.Loss} and the gradient norm {completed.GradientNorm}")}; weights and moments are unchanged");
        }
    }

    private void Stopped(GenerationStopped stopped)
    {
        if (stopped.Generation != generation?.Number)
        {
            return;
        }

        if (phase == CoordinatorPhase.TakingOver)
        {
            Sender.Tell(new RegistrationWanted());
            return;
        }

        if (phase != CoordinatorPhase.Training)
        {
            return;
        }

        generation.Stopped[stopped.Rank] = stopped;
        generation.Reach(stopped.Rank, stopped.Step);
        Count();
        if (generation.Lacks(step))
        {
            Want(Sender);
        }

        StopIfAllStopped();
    }

    /// <summary>Once all ranks have stopped, and what their steps came to is known.</summary>
    private void StopIfAllStopped()
    {
        if (phase != CoordinatorPhase.Training || !generation!.AllStopped || generation.Lacks(step))
        {
            return;
        }

        var stopped = generation.Stopped.FirstOrDefault(stopped => stopped!.Cause == StopCause.Diverged) ?? generation.Stopped[0]!;
        step = stopped.Step;
        if (stopped.Cause == StopCause.Diverged)
        {
            ending = (JobEndCause.Diverged, $"training cannot go on after step {step}: {stopped.Reason}");
            log.Event("diverged", step, ending.Value.Reason);
        }

        if (stopped.Cause == StopCause.Pause && reshaping)
        {
            Assess("taking another layout");
            return;
        }

        if (stopped.Cause == StopCause.Pause && !pauseWanted)
        {
            // An earlier incarnation has asked for it, to take another layout, and nobody knows of that any more.
            Array.Clear(generation.Stopped);
            Tell(new TrainGeneration { Generation = generation.Number });
            GrowIfPossible();
            return;
        }

        if (stopped.Cause == StopCause.Pause)
        {
            pauseWanted = false;
            Persist(new RunPaused { Step = step }, _ =>
            {
                paused = true;
                log.Event("paused", step, "all ranks wait");
                Enter(CoordinatorPhase.Paused, $"paused after step {step}");
            });
            return;
        }

        AwaitLastCheckpoint();
        if (committed.FirstOrDefault(checkpoint => checkpoint.Position.Step == step) is { } last)
        {
            Finish(last.Path);
        }
        else if (failedCheckpoint == step)
        {
            // Told before the last rank has said that it has stopped.
            Timers.StartSingleTimer(SaveAgainTimer, SaveAgain.Instance, SaveAgainWait);
        }
    }

    private void Committed(CheckpointCommitted checkpoint)
    {
        committed.RemoveAll(other => other.Position.Step == checkpoint.Position.Step);
        committed.Add(checkpoint);
        log.Event("checkpoint", checkpoint.Position.Step, checkpoint.Path);
        if (phase == CoordinatorPhase.Finishing && checkpoint.Position.Step == step)
        {
            Finish(checkpoint.Path);
        }
    }

    private void DatabaseChanged(DatabaseState state)
    {
        database = state.IsAway ? state : null;
        databaseSince = Now - TimeSpan.FromSeconds(state.Seconds);
        if (state.IsNew)
        {
            log.Event(
                state.IsAway ? "database-away" : "database-back",
                step,
                state.IsAway
                    ? $"{state.Reason}; training goes on, and checkpoints wait to be committed"
                    : $"after {state.Seconds:0.0} s{(state.Steps.Count > 0 ? $"; checkpoints that waited are committed: steps {string.Join(", ", state.Steps)}" : "")}");
        }
    }

    private string DatabaseText() => database is null
        ? ""
        : $"away for {(Now - databaseSince).TotalSeconds:0} s, {database.Waiting} checkpoint{(database.Waiting == 1 ? "" : "s")} wait: {database.Reason}";

    private void AwaitLastCheckpoint()
    {
        Enter(CoordinatorPhase.Finishing, $"all ranks have stopped after step {step}; waiting for the last checkpoint");
        Expect(options.FinishTimeout);

        // What a rank has told of its part may be lost on the way, and nobody would hear of it.
        Timers.StartSingleTimer(HalfTimeTimer, SaveAgain.Instance, options.FinishTimeout / 2);
    }

    private void CheckpointLost(CheckpointFailed failed)
    {
        log.Event("checkpoint-failed", failed.Step, failed.Error);
        failedCheckpoint = failed.Step;
        if (phase == CoordinatorPhase.Finishing && failed.Step == step)
        {
            Timers.StartSingleTimer(SaveAgainTimer, SaveAgain.Instance, SaveAgainWait);
        }
    }

    /// <summary>The last checkpoint failed, or who gathered its parts is gone: the ranks, which have nothing else to do, write it again.</summary>
    private void SaveAgainIfFinishing()
    {
        if (phase == CoordinatorPhase.Finishing && generation is not null && !options.IsPlanted(PlantedMistake.LastCheckpointOnce))
        {
            Tell(new ControlTraining { Generation = generation.Number, Stop = true });
        }
    }

    private void Finish(string? checkpoint)
    {
        var stopped = step < options.Steps;
        Persist(new RunFinished { Step = step, Stopped = stopped }, _ =>
        {
            Enter(CoordinatorPhase.Finished, stopped ? $"stopped after step {step}" : $"all {step} steps taken");
            log.Event("end", step, ending?.Reason ?? (stopped ? "interrupted" : "all steps taken"));
            var error = ending?.Reason ?? (checkpoint is null ? $"the checkpoint of step {step} was not committed in {options.FinishTimeout}" : null);
            log.End(new JobOutcome(step, stopped, checkpoint, error, ending?.Cause ?? JobEndCause.InOrder));
            Dismiss(reason);
            generation = null;
        });
    }

    /// <summary>Time to write the last checkpoint again.</summary>
    private sealed class SaveAgain : INoSerializationVerificationNeeded
    {
        public static SaveAgain Instance { get; } = new();
    }
}
