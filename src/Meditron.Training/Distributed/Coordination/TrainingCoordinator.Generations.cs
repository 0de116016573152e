using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Divergence;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <content>A generation begins: members, start, endpoints, connections; and it fails.</content>
public sealed partial class TrainingCoordinator
{
    private static readonly TimeSpan ChoosingTimeout = TimeSpan.FromSeconds(30);

    /// <summary>Whether the next generation is decided and not yet in the journal: whoever goes now is missed once it is.</summary>
    private bool raising;

    private void Generations()
    {
        Command<NewestCheckpoint>(Chosen);
        Command<GenerationPrepared>(Prepared);
        Command<GenerationReady>(Ready);
        Command<GenerationFailed>(Failed);
    }

    /// <summary>Begins a generation if there are workers for it.</summary>
    private void TryBegin()
    {
        if (phase != CoordinatorPhase.WaitingForWorkers || raising)
        {
            return;
        }

        var (_, assignment) = Assign();
        if (!assignment.IsComplete)
        {
            Lacks(assignment);
            return;
        }

        if ((trained || (inherits && !options.IsPlanted(PlantedMistake.MemoryNotAskedFor))) && startBelow is null)
        {
            Assess(assignment.Reason);
            return;
        }

        Choose(assignment);
    }

    /// <summary>Has the checkpoint coordinator name the checkpoint to start from.</summary>
    private void Choose(Assignment assignment)
    {
        Enter(CoordinatorPhase.ChoosingStart, assignment.Reason);
        Expect(ChoosingTimeout);
        checkpoints.Tell(new GetNewestCheckpoint { Correlation = ++correlation, Below = startBelow ?? 0 });
    }

    private void Lacks(Assignment assignment)
    {
        if (phase != CoordinatorPhase.Failed)
        {
            Enter(CoordinatorPhase.WaitingForWorkers, assignment.Reason);
        }
    }

    private void Chosen(NewestCheckpoint start)
    {
        if (start.Correlation != correlation)
        {
            return;
        }

        if (phase == CoordinatorPhase.Finishing)
        {
            if (start.Step >= step && start.Path.Length > 0)
            {
                Finish(start.Path);
            }
            else
            {
                SaveAgainIfFinishing();
            }

            return;
        }

        if (phase != CoordinatorPhase.ChoosingStart)
        {
            return;
        }

        foreach (var problem in start.Rejected)
        {
            log.Event("checkpoint-rejected", start.Step, problem);
        }

        if (!IsStart(start))
        {
            return;
        }

        var (layout, assignment) = Assign();
        if (!assignment.IsComplete)
        {
            Lacks(assignment);
            return;
        }

        if (memoryLost is { } why)
        {
            var older = olderStart is { } there && there.Step >= start.Step ? there : null;
            var (to, from) = older is not null ? ($"step {older.Step} in memory", older.Step)
                : (start.Path.Length > 0 ? $"the durable checkpoint of step {start.Step}" : "the initial weights", start.Step);
            log.Event("memory-lost", step, $"{why}; going back to {to}: {Math.Max(0, Reached - from)} steps are taken again");
            memoryLost = null;
            olderStart = null;
            if (older is not null)
            {
                GoOnFrom(older, layout, assignment);
                return;
            }
        }

        Raise(layout, assignment, new StartFrom { Checkpoint = start.Path, Step = start.Step }, assignment.Reason);
    }

    private void Raise(ParallelLayout layout, Assignment assignment, StartFrom start, string why)
    {
        var raised = new GenerationRaised
        {
            Generation = lastGeneration + 1,
            Layout = new Layout { Tensor = layout.Tensor, Pipeline = layout.Pipeline, Data = layout.Data },
            Start = start,
            Reason = why,
        };
        raised.Start.Rollbacks.AddRange(rollbacks.Select(DivergenceMessages.Message));
        for (var rank = 0; rank < assignment.Members.Count; rank++)
        {
            raised.Members.Add(new GenerationMember { Rank = rank, Worker = assignment.Members[rank] });
        }

        raising = true;
        if (options.IsPlanted(PlantedMistake.ToldBeforePersisted))
        {
            Raised(raised);
            Persist(raised, _ => { });
            return;
        }

        Persist(raised, Raised);
    }

    private void Raised(GenerationRaised raised)
    {
        generation = new Generation(raised);
        lastGeneration = raised.Generation;
        raising = false;
        (wanted, questions) = (-1, 0);
        reshaping = false;
        pauseWanted = false;
        settled = false;
        var from = raised.Start.States.Count > 0 ? "from memory" : raised.Start.Checkpoint.Length > 0 ? $"from {raised.Start.Checkpoint}" : "from the initial weights";
        log.Event("generation", raised.Start.Step, $"{raised.Generation}: {raised.Reason}; {from}");
        WatchStages();
        Enter(CoordinatorPhase.Preparing, raised.Reason);
        Expect(options.GenerationTimeout);
        for (var rank = 0; rank < generation.Members.Count; rank++)
        {
            if (!workers.TryGetValue(generation.Members[rank].Id, out var worker))
            {
                Fail($"rank {rank} ({AssignmentPlan.Name(generation.Members[rank])}) left before the generation began");
                return;
            }

            worker.Reference.Tell(new PrepareGeneration
            {
                Generation = generation.Number, Rank = rank, Layout = raised.Layout, Threads = AssignmentPlan.ThreadsOf(worker.Description, generation.Members),
            });
        }
    }

    /// <summary>A stage actor for each stage of the new generation; those of the old one end.</summary>
    private void WatchStages()
    {
        foreach (var old in stages)
        {
            Context.Stop(old);
        }

        stages.Clear();
        var layout = generation!.Layout;
        for (var stage = 0; stage < layout.Pipeline; stage++)
        {
            IReadOnlyList<int> ranks = [.. Enumerable.Range(0, layout.World).Where(rank => layout.At(rank).Stage == stage)];
            stages.Add(Context.ActorOf(PipelineStage.PropsFor(stage, ranks), $"generation-{generation.Number}-stage-{stage}"));
        }
    }

    private void Prepared(GenerationPrepared prepared)
    {
        if (prepared.Generation != generation?.Number || phase != CoordinatorPhase.Preparing)
        {
            return;
        }

        var endpoints = new RankEndpoints { Rank = prepared.Rank };
        endpoints.Endpoints.AddRange(prepared.Endpoints);
        generation.Endpoints[prepared.Rank] = endpoints;
        if (!generation.AllPrepared)
        {
            return;
        }

        Enter(CoordinatorPhase.Connecting, reason);
        Expect(options.GenerationTimeout);
        var connect = new ConnectGeneration { Generation = generation.Number, Start = generation.Start };
        connect.Ranks.AddRange(generation.Endpoints);
        connect.Servers.AddRange(generation.Start.States.Select(state => state.Server).Distinct(StringComparer.Ordinal).Where(servers.ContainsKey).Select(id => servers[id]));
        Tell(connect);
    }

    private void Ready(GenerationReady ready)
    {
        if (ready.Generation != generation?.Number || phase != CoordinatorPhase.Connecting)
        {
            return;
        }

        generation.Ready[ready.Rank] = ready;
        if (!generation.AllReady)
        {
            return;
        }

        if (generation.Start.States.Count == 0)
        {
            newest = null;
        }

        step = Math.Max(generation.Start.Step, newest?.Step ?? 0);
        RecordTaken(generation.Ready.MaxBy(each => each!.Taken.Count)!.Taken);

        trained = true;
        startBelow = null;
        lackSince = null;
        rollbacks = RollbackPlan.Merge([.. generation.Ready.SelectMany(each => each!.Rollbacks).Select(DivergenceMessages.Rollback), .. rollbacks]);
        Hold();
        Enter(CoordinatorPhase.Training, $"generation {generation.Number} of {generation.Layout}");
        log.Begin(Status());
        PlanCopies();
        if (paused && !stopWanted)
        {
            Enter(CoordinatorPhase.Paused, $"paused after step {step}");
            return;
        }

        if (generation.Start.Step >= options.Steps)
        {
            AwaitLastCheckpoint();
            SaveAgainIfFinishing();
            return;
        }

        Tell(new TrainGeneration { Generation = generation.Number });
        if (stopWanted)
        {
            Ask(new ControlTraining { Generation = generation.Number, Stop = true });
        }
    }

    /// <summary>Whoever took these steps ended before they were heard of, or there was nobody to hear of them.</summary>
    private void RecordTaken(IEnumerable<StepCompleted> taken)
    {
        var from = newest?.Step ?? (options.IsPlanted(PlantedMistake.StepsRecordedTwice) ? 0 : log.Recorded);
        var to = step;
        foreach (var one in taken.Where(one => one.Step > from && one.Step <= to))
        {
            one.Seconds = one.Seconds > 0 ? one.Seconds : newest?.Seconds ?? 0;
            Record(one);
        }
    }

    /// <summary>
    /// A generation that fails before it was taken over may have taken steps while nobody led: those who lived through them may not be there any more once another
    /// one begins. Who was in an earlier one last may remember a step that was taken back with that one's end.
    /// </summary>
    private void RecordWhatIsTold()
    {
        if (phase != CoordinatorPhase.TakingOver)
        {
            return;
        }

        var told = workers.Values.Select(worker => worker.Taken.Where(taken => taken.Generation == generation!.Number || taken.Step <= generation.Start.Step).ToList()).MaxBy(taken => taken.LastOrDefault()?.Step ?? 0);
        if (told is [.., var last] && last.Step > log.Recorded)
        {
            step = last.Step;
            RecordTaken(told);
        }
    }

    private void Failed(GenerationFailed failed)
    {
        Blame(failed);
        if (failed.Kind == "memory")
        {
            // Told in any case: the others of its generation, who lost it, may have been heard first.
            log.Event("state-damaged", failed.Step, failed.Error);
        }

        if (failed.Generation != generation?.Number || phase is CoordinatorPhase.WaitingForWorkers or CoordinatorPhase.Assessing or CoordinatorPhase.ChoosingStart or CoordinatorPhase.Finished or CoordinatorPhase.Failed)
        {
            return;
        }

        if (failed.Kind == RollbackKind)
        {
            RollBack(failed);
            return;
        }

        if (failed.Checkpoint.Length > 0)
        {
            checkpoints.Tell(new RejectCheckpoint { Path = failed.Checkpoint, Problem = failed.Error });
        }

        ExpelIfUnsound(failed);
        Fail($"rank {failed.Rank} failed after step {failed.Step} ({failed.Kind}): {failed.Error}");
    }

    /// <summary>A device or memory that fails again and again is not trusted any more: its process is ended, and another takes its place.</summary>
    private void ExpelIfUnsound(GenerationFailed failed)
    {
        if (options.WorkerFailuresMax == 0 || failed.Kind is not ("error" or "memory") || failed.Rank < 0 || failed.Rank >= generation!.Members.Count
            || !workers.TryGetValue(generation.Members[failed.Rank].Id, out var worker))
        {
            return;
        }

        worker.Failures.Enqueue(Now);
        while (Now - worker.Failures.Peek() > options.WorkerFailuresWindow)
        {
            worker.Failures.Dequeue();
        }

        if (worker.Failures.Count >= options.WorkerFailuresMax)
        {
            Expel(worker, $"has failed {worker.Failures.Count} times within {options.WorkerFailuresWindow.TotalSeconds:0} s (meditron.recovery.worker-failures-max), the last time with: {failed.Error.Split('\n')[0]}");
        }
    }

    /// <summary>Ends the generation everywhere and looks for the next one.</summary>
    private void Fail(string why)
    {
        RecordWhatIsTold();
        logger.Warning("Job {0}: generation {1} failed: {2}", options.Run, generation?.Number ?? 0, why);
        log.Event("generation-failed", step, why);
        if (generation is not null)
        {
            Tell(new AbortGeneration { Generation = generation.Number, Reason = why });
        }

        failuresInARow++;
        if (failuresInARow > options.FailuresWithoutProgress)
        {
            GiveUp($"{failuresInARow} generations in a row failed without a step; the last: {why}");
            return;
        }

        Enter(CoordinatorPhase.WaitingForWorkers, why);
        TryBegin();
    }

    private void GiveUp(string why)
    {
        Enter(CoordinatorPhase.Failed, why);
        log.Event("failed", step, why);
        log.End(new JobOutcome(step, false, null, why, ending?.Cause ?? JobEndCause.InOrder));
        Dismiss(why);
    }
}
