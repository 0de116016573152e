using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Workers come, report what they hold, and go.</content>
public sealed partial class TrainingCoordinator
{
    private void Membership()
    {
        Command<RegisterWorker>(Register);
        Command<Terminated>(Gone);
        Command<WorkerEnded>(Ended);
        Command<NotTold>(_ =>
        {
            if (phase == CoordinatorPhase.TakingOver)
            {
                TakeOver();
            }
        });
    }

    private void Register(RegisterWorker register)
    {
        var worker = register.Worker;
        var isNew = false;
        if (!workers.TryGetValue(worker.Id, out var known) || !known.Reference.Equals(Sender))
        {
            if (Fingerprints.Mismatch(options.Fingerprint, worker.Fingerprint) is { } mismatch)
            {
                logger.Error("Job {0} refused worker {1}: {2}.", options.Run, AssignmentPlan.Name(worker), mismatch);
                log.Event("worker-refused", step, $"{AssignmentPlan.Name(worker)}: {mismatch}");
                Sender.Tell(new RegistrationRefused { WorkerId = worker.Id, Reason = mismatch });
                return;
            }

            isNew = true;

            // One that has trained under an earlier incarnation is not young any more.
            known = new RegisteredWorker(worker, Sender) { Signs = new SignsOfLife(register.State is { Generation: > 0 } ? Now - (2 * SilenceLimit.Youth) : Now) };
            workers[worker.Id] = known;
            Context.Watch(Sender);
            log.Event("worker-joined", step, $"{AssignmentPlan.Name(worker)}, {worker.Device}, {worker.Threads} threads");
            known.IsLate = phase == CoordinatorPhase.Assessing;
            AskIfAssessing(worker.Id, Sender);
        }

        Serves(worker.Id, register.Server);
        known.State = register.State ?? new WorkerState();
        if (known.State is { Warm: true, Generation: 0 })
        {
            known.Signs.Rehearsed();
        }

        known.Taken = register.Taken.Count > 0 ? register.Taken : known.Taken;
        if (known.State.Generation > lastGeneration)
        {
            // The journal has lost its end, or all of it: what comes next must be newer, and what the workers have in memory counts.
            log.Event("journal-behind", known.State.Step, $"the journal ends with generation {lastGeneration}, but {AssignmentPlan.Name(worker)} has been in generation {known.State.Generation}");
            lastGeneration = known.State.Generation;
            trained = true;
        }

        if (known.State.Leaving.Length > 0)
        {
            Leave(known, known.State.Leaving);
        }

        Heard(worker.Id);
        Sender.Tell(new RegistrationAccepted { WorkerId = worker.Id, Generation = lastGeneration, CoordinatorPath = Serialization.SerializedActorPath(Self) });
        switch (phase)
        {
            case CoordinatorPhase.Finished or CoordinatorPhase.Failed:
                Sender.Tell(new JobEnded { Reason = reason });
                break;
            case CoordinatorPhase.TakingOver:
                AskWhatIsTaken(known);
                TakeOver();
                break;
            case CoordinatorPhase.WaitingForWorkers:
                TryBegin();
                break;
            case CoordinatorPhase.Training:
                if (isNew)
                {
                    HoldIfTraining();
                }

                PlanMissingCopies();
                Learn(register);
                GrowIfPossible();
                break;
        }
    }

    /// <summary>Steps were taken while nobody led: a member is asked at once what they came to, since the others may never come back.</summary>
    private void AskWhatIsTaken(RegisteredWorker worker)
    {
        if (!worker.IsAsked && worker.State.Generation == generation!.Number && worker.State.Step > log.Recorded && worker.LastTaken < worker.State.Step)
        {
            worker.IsAsked = true;
            worker.Reference.Tell(new RegistrationWanted());
        }
    }

    private void Gone(Terminated terminated)
    {
        foreach (var (id, _) in agents.Where(agent => agent.Value.Reference.Equals(terminated.ActorRef)).ToList())
        {
            agents.Remove(id);
            servers.Remove(id);
            PlanMissingCopies();
            DecideIfAllReported();
        }

        if (workers.Values.FirstOrDefault(worker => worker.Reference.Equals(terminated.ActorRef)) is { } gone)
        {
            Lost(gone);
        }
    }

    private void Ended(WorkerEnded ended)
    {
        if (workers.Values.FirstOrDefault(worker => worker.Description.Machine == ended.Machine && worker.Description.ProcessId == ended.ProcessId) is { } gone)
        {
            Context.Unwatch(gone.Reference);
            Lost(gone);
        }
    }

    private void Lost(RegisteredWorker gone)
    {
        workers.Remove(gone.Description.Id);
        servers.Remove(gone.Description.Id);
        if (phase is CoordinatorPhase.Finished or CoordinatorPhase.Failed)
        {
            return;
        }

        log.Event("worker-lost", step, AssignmentPlan.Name(gone.Description));
        var rank = generation?.RankOf(gone.Description.Id) ?? -1;
        if (rank >= 0 && IsRunning)
        {
            Fail($"rank {rank} ({AssignmentPlan.Name(gone.Description)}) is gone");
        }

        PlanMissingCopies();

        DecideIfAllReported();
    }

    /// <summary>Takes over the running generation once all of its workers have reported that they still hold it.</summary>
    private void TakeOver()
    {
        var running = generation!;
        var states = running.Members.Select(member => workers.GetValueOrDefault(member.Id)?.State).ToList();
        if (states.FindIndex(state => state is not null && (state.Generation != running.Number || state.Phase is WorkerPhase.Failed or WorkerPhase.Idle or WorkerPhase.Prepared)) is var lost and >= 0)
        {
            Fail($"rank {lost} ({AssignmentPlan.Name(running.Members[lost])}) holds nothing of generation {running.Number}");
            return;
        }

        if (states.Any(state => state is null))
        {
            return;
        }

        for (var rank = 0; rank < states.Count; rank++)
        {
            running.Reach(rank, states[rank]!.Step);
        }

        // A step that one of them has yet to take counts when it has.
        var reached = Math.Max(step, states.Min(state => state!.Step));
        var teller = running.Members.Select(member => workers[member.Id]).MaxBy(worker => worker.LastTaken)!;
        var furthest = states.Max(state => state!.Step);
        if (furthest > log.Recorded && teller.LastTaken < furthest && (!asked || Timers.IsTimerActive(AnswerTimer)))
        {
            // Steps were taken while nobody led: whoever took them is asked what they came to.
            if (asked)
            {
                return;
            }

            asked = true;
            Timers.StartSingleTimer(AnswerTimer, NotTold.Instance, AnswerTime);
            running.Members.Select(member => workers[member.Id]).MaxBy(worker => worker.State.Step)!.Reference.Tell(new RegistrationWanted());
            return;
        }

        step = reached;
        if (reached < log.Recorded && !options.IsPlanted(PlantedMistake.StepsRecordedTwice))
        {
            // The generation goes on from an older state than the one before it, and its coordinator had not come to say so.
            log.Begin(Status());
        }

        RecordTaken(teller.Taken);
        step = reached;
        foreach (var ahead in teller.Taken.Where(taken => taken.Step > reached))
        {
            running.Hear(ahead);
        }

        log.Event("taken-over", step, $"generation {running.Number} goes on under a new incarnation of the coordinator");
        if (states.All(state => state!.Phase == WorkerPhase.Finished))
        {
            AwaitLastCheckpoint();
            checkpoints.Tell(new GetNewestCheckpoint { Correlation = ++correlation });
            return;
        }

        trained = settled = true;
        var resting = states.All(state => state!.Phase == WorkerPhase.Paused);
        if (resting && paused && !stopWanted)
        {
            Enter(CoordinatorPhase.Paused, $"paused after step {step}");
            return;
        }

        Enter(CoordinatorPhase.Training, $"generation {running.Number}, taken over at step {step}");
        Count();
        if (running.Lacks(step))
        {
            Want(teller.Reference);
        }

        for (var rank = 0; rank < states.Count && !resting; rank++)
        {
            // They have told an earlier incarnation, or none.
            if (states[rank]!.Phase is WorkerPhase.Finished or WorkerPhase.Paused)
            {
                running.Stopped[rank] = StoppedAs(rank, states[rank]!);
            }
        }

        if (step >= options.Steps && states.All(state => state!.Phase == WorkerPhase.Ready))
        {
            // They have loaded the last step, and have nothing left to train.
            AwaitLastCheckpoint();
            SaveAgainIfFinishing();
            return;
        }

        // Ranks that rest to take a larger layout, of which nobody knows any more, go on as they are.
        if (resting || states.All(state => state!.Phase == WorkerPhase.Ready))
        {
            Tell(new TrainGeneration { Generation = running.Number });
        }

        if (stopWanted)
        {
            Ask(new ControlTraining { Generation = running.Number, Stop = true });
        }
    }

    /// <summary>Lets all workers go, standbys too: the job is over.</summary>
    private void Dismiss(string why)
    {
        foreach (var worker in workers.Values)
        {
            worker.Reference.Tell(new JobEnded { Reason = why });
        }
    }

    /// <summary>Tells every member of the generation.</summary>
    private void Tell(object message)
    {
        foreach (var member in generation!.Members)
        {
            workers.GetValueOrDefault(member.Id)?.Reference.Tell(message);
        }
    }

    /// <summary>Nobody has said in time what the steps came to that were taken while nobody led.</summary>
    private sealed class NotTold : INoSerializationVerificationNeeded
    {
        public static NotTold Instance { get; } = new();
    }
}
