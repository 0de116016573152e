using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <content>What of the state is in memory, and who keeps it there; silent workers; more workers than the layout has ranks for.</content>
public sealed partial class TrainingCoordinator
{
    private const string WatchTimer = "watch";
    private const string GraceTimer = "grace";
    private const string StandbysTimer = "standbys";
    private const string AnswerTimer = "answer";
    private const string EnoughTimer = "enough";

    /// <summary>Steps' time by which waits for the workers are longer than their shortest.</summary>
    private const int StepsOfPatience = 4;

    private static readonly TimeSpan WatchInterval = TimeSpan.FromMilliseconds(100);

    /// <summary>How long a worker may take to say what its steps came to before they are given up.</summary>
    private static readonly TimeSpan AnswerTime = TimeSpan.FromSeconds(5);

    /// <summary>How long a machine is waited for without which the newest step is in memory all the same: its answer may be on its way, or it is cut off.</summary>
    private static readonly TimeSpan MachinesTime = TimeSpan.FromMilliseconds(200);

    private readonly Dictionary<string, (string Machine, IActorRef Reference)> agents = new(StringComparer.Ordinal);
    private readonly Dictionary<string, IReadOnlyList<StateHandle>> reports = new(StringComparer.Ordinal);
    private readonly SilenceLimit silence;
    private TimeSpan watched;
    private bool trained;
    private bool reshaping;
    private bool settled;

    /// <summary>Whether a generation of an earlier incarnation may have trained; who holds its state is heard of until the grace ends.</summary>
    private bool inherits;
    private TimeSpan grace;
    private bool asked;
    private readonly ProgressWatch progress;
    private string? memoryLost;

    /// <summary>What there is in memory instead of what was lost.</summary>
    private MemoryStart? olderStart;

    private void FromMemory()
    {
        Command<StatesReported>(Reported);
        Command<RegisterAgent>(agent =>
        {
            Serves(agent.Id, agent.Server);
            if (!agents.TryGetValue(agent.Id, out var known) || !known.Reference.Equals(Sender))
            {
                agents[agent.Id] = (agent.Machine, Sender);
                Context.Watch(Sender);
                HoldIfTraining();
                AskIfAssessing(agent.Id, Sender);
            }

            PlanMissingCopies();
        });
        Command<WorkerAlive>(Alive);
        Command<Watch>(_ => FindSilent());
        Command<GraceOver>(_ => TryBegin());
        Command<Enough>(_ => DecideIfEnough());
    }

    private TimeSpan Patience => TimeSpan.FromSeconds(StepsOfPatience * (newest?.Seconds ?? 0));

    /// <summary>Asks every worker what it has in memory; the dead do not answer, and are not among the workers.</summary>
    private void Assess(string why)
    {
        Enter(CoordinatorPhase.Assessing, why);
        Expect(options.AssessmentTimeout + Patience);
        Timers.Cancel(EnoughTimer);
        reports.Clear();
        correlation++;
        foreach (var (id, worker) in workers)
        {
            worker.IsLate = false;
            AskIfAssessing(id, worker.Reference);
        }

        foreach (var (id, agent) in agents)
        {
            AskIfAssessing(id, agent.Reference);
        }
    }

    /// <summary>Asks whoever is waited for; what another process of the same id has said does not count.</summary>
    private void AskIfAssessing(string id, IActorRef holder)
    {
        if (phase == CoordinatorPhase.Assessing)
        {
            reports.Remove(id);
            if (workers.ContainsKey(id))
            {
                // One that this incarnation had not heard of when the generation failed may still wait for the others.
                holder.Tell(new AbortGeneration { Generation = lastGeneration, Reason = reason });
            }

            holder.Tell(new GetStates { Correlation = correlation, Generation = lastGeneration });
        }
    }

    private void Reported(StatesReported reported)
    {
        Heard(reported.WorkerId);
        if (phase != CoordinatorPhase.Assessing || reported.Correlation != correlation)
        {
            return;
        }

        reports[reported.WorkerId] = reported.States;
        DecideIfAllReported();
    }

    /// <summary>Whether an assessment waits for no worker, and has not been decided.</summary>
    private bool HaveWorkersReported => phase == CoordinatorPhase.Assessing && !raising && workers.Keys.All(reports.ContainsKey);

    private void DecideIfAllReported()
    {
        if (!HaveWorkersReported)
        {
            return;
        }

        if (agents.Keys.All(reports.ContainsKey))
        {
            Decide();
        }
        else if (!Timers.IsTimerActive(EnoughTimer))
        {
            Timers.StartSingleTimer(EnoughTimer, Enough.Instance, MachinesTime);
        }
    }

    /// <summary>All workers have reported, and a machine has not: where it is cut off it would be waited for in vain, and what it holds is copies.</summary>
    private void DecideIfEnough()
    {
        if (!HaveWorkersReported)
        {
            return;
        }

        var (layout, assignment) = Assign();
        if (assignment.IsComplete && MemoryStart.Decide(layout, assignment.Members, reports) is { IsThere: true } start && start.Step >= Reached)
        {
            GoOnFrom(start, layout, assignment);
        }
    }

    /// <summary>Goes on from memory where it can, else from the newest durable checkpoint.</summary>
    private void Decide()
    {
        foreach (var silent in workers.Values.Where(worker => !worker.IsLate && !reports.ContainsKey(worker.Description.Id)).ToList())
        {
            Expel(silent, "did not come to rest in time");
        }

        var (layout, assignment) = Assign();
        if (!assignment.IsComplete)
        {
            Lacks(assignment);
            return;
        }

        var start = MemoryStart.Decide(layout, assignment.Members, reports);
        var isNewest = start.IsThere && start.Step >= Reached - 1;
        if (!isNewest && Now < grace)
        {
            Enter(CoordinatorPhase.WaitingForWorkers, $"{start.Reason}; whoever holds it may not have registered yet");
            return;
        }

        if (!isNewest)
        {
            // What a layout before has left in memory may be older than the durable checkpoint.
            memoryLost = start.IsThere ? $"the state of step {Reached} is not in memory any more: {start.Reason}" : start.Reason;
            olderStart = start.IsThere ? start : null;
            Choose(assignment);
            return;
        }

        GoOnFrom(start, layout, assignment);
    }

    /// <summary>The newest step that is known to be taken.</summary>
    private int Reached => log.Recorded is < int.MaxValue and var recorded ? Math.Max(step, recorded) : step;

    private void GoOnFrom(MemoryStart start, ParallelLayout layout, Assignment assignment)
    {
        memoryLost = null;
        olderStart = null;
        var from = new StartFrom { Step = start.Step };
        from.States.AddRange(start.States);
        Raise(layout, assignment, from, $"{assignment.Reason}; {start.Reason}");
    }

    /// <summary>Whether workers of an earlier incarnation's generation are there, and all others have had the time to register; a job that starts anew has none.</summary>
    private bool HasSurvivors => inherits && Now >= grace && workers.Values.Any(worker => worker.State.Generation > 0);

    /// <summary>Has everybody hold the new generation's state, and what it came from until every rank has taken a step.</summary>
    private void Hold()
    {
        var hold = new HoldStates { Generation = generation!.Number };
        hold.States.AddRange(generation.Ready.Select(ready => ready?.State).Concat(generation.Copies).OfType<StateHandle>());
        if (!settled)
        {
            hold.States.AddRange(generation.Start.States.Where(state => hold.States.All(other => other.Token != state.Token)));
        }

        foreach (var holder in workers.Values.Select(worker => worker.Reference).Concat(agents.Values.Select(agent => agent.Reference)))
        {
            holder.Tell(hold);
        }
    }

    private void HoldIfTraining()
    {
        if (phase == CoordinatorPhase.Training && generation!.AllReady)
        {
            Hold();
        }
    }

    private void SettleIfAllStepped()
    {
        if (!settled && generation!.Steps.All(last => last is not null))
        {
            settled = true;
            if (generation.AllReady)
            {
                Hold();
            }

            GrowIfPossible();
        }
    }

    /// <summary>Takes a larger layout at the end of the step under way, where there are workers for it.</summary>
    private void GrowIfPossible()
    {
        MakeRoom();
        if (phase != CoordinatorPhase.Training || reshaping || !settled || stopWanted)
        {
            return;
        }

        var ready = Staying.Count(IsReady);
        var larger = AssignmentPlan.LayoutFor(options.Layout, ready, true);
        if (ready >= larger.World && larger.World > generation!.Layout.World)
        {
            reshaping = true;
            log.Event("growing", step, $"{ready} workers are ready: {generation.Layout} becomes {larger} after the step under way");
            Ask(new ControlTraining { Generation = generation.Number, Pause = true });
        }
    }

    private void Alive(WorkerAlive alive)
    {
        Heard(alive.WorkerId);
        if (IsWatched)
        {
            progress.Heard(generation!.RankOf(alive.WorkerId), alive.Progress, alive.Device, Now);
        }
    }

    private bool IsWatched => generation is not null && phase is CoordinatorPhase.Connecting or CoordinatorPhase.Training;

    private void Heard(string id)
    {
        if (workers.TryGetValue(id, out var worker))
        {
            worker.Signs.Hear(Now, silence);
        }
    }

    private TimeSpan Now => Context.System.Scheduler.MonotonicClock;

    /// <summary>Expels workers that have given no sign of life; what this process itself slept through is nobody's silence.</summary>
    private void FindSilent()
    {
        HoldCopies();
        var late = Now - watched - WatchInterval;
        watched = Now;
        if (late > WatchInterval)
        {
            progress.Excuse(late);
        }
        else
        {
            FindStill();
        }

        LookAtLack();
        MakeRoom();

        foreach (var worker in workers.Values.ToList())
        {
            if (late > WatchInterval)
            {
                worker.Signs.Excuse(late);
            }
            else if (worker.Signs.SilentFor(Now, silence) is { } silent)
            {
                var rank = generation?.RankOf(worker.Description.Id) ?? -1;
                Expel(worker, $"has given no sign of life for {silent.TotalSeconds:0.0} s", isHeard: false);
                if (rank >= 0 && IsRunning)
                {
                    Fail($"rank {rank} ({AssignmentPlan.Name(worker.Description)}) is silent");
                }

                DecideIfAllReported();
            }
        }
    }

    /// <summary>Expels workers whose processes live but whose devices get nothing done; where nobody is to blame, the generation alone ends.</summary>
    private void FindStill()
    {
        if (!IsWatched || options.IsPlanted(PlantedMistake.HangsIgnored) || progress.Judge(Now) is not { Reason.Length: > 0 } judged)
        {
            return;
        }

        var members = generation!.Members;
        var culprits = judged.Culprits.Where(rank => workers.ContainsKey(members[rank].Id)).ToList();
        foreach (var rank in culprits)
        {
            Expel(workers[members[rank].Id], judged.Reason);
        }

        if (culprits.Count > 0 || judged.IsDeadlock)
        {
            Fail(judged.IsDeadlock ? judged.Reason : $"rank {string.Join(", ", culprits.Select(rank => $"{rank} ({AssignmentPlan.Name(members[rank])})"))} {judged.Reason}");
        }
    }

    /// <summary>Counts a worker as gone and has it ended by its machine; where nobody can, it is welcome again once it registers.</summary>
    /// <param name="worker">The worker.</param>
    /// <param name="why">Why, behind its name.</param>
    /// <param name="isHeard">Whether its process gives signs of life: where nobody else can end it, it is told to do so itself.</param>
    private void Expel(RegisteredWorker worker, string why, bool isHeard = true)
    {
        workers.Remove(worker.Description.Id);
        servers.Remove(worker.Description.Id);
        Context.Unwatch(worker.Reference);
        log.Event("worker-expelled", step, $"{AssignmentPlan.Name(worker.Description)} {why}");
        logger.Warning("Job {0}: worker {1} {2}.", options.Run, AssignmentPlan.Name(worker.Description), why);

        // Its machine's launcher ends it where that is a node of this cluster, else a neighbour; who launched it starts another.
        var machine = worker.Description.Machine;
        var end = new EndWorker { ProcessId = worker.Description.ProcessId, Reason = $"it {why}" };
        var there = agents.Values.Where(agent => agent.Machine == machine).Select(agent => agent.Reference)
            .Concat(workers.Values.Where(other => other.Description.Machine == machine).Select(other => other.Reference));
        (there.FirstOrDefault() ?? (isHeard ? worker.Reference : null))?.Tell(end);
    }

    private bool IsRunning => phase is CoordinatorPhase.Preparing or CoordinatorPhase.Connecting or CoordinatorPhase.Training or CoordinatorPhase.Paused or CoordinatorPhase.TakingOver or CoordinatorPhase.Finishing;

    /// <summary>Whoever lives has had the time to register with this incarnation.</summary>
    private sealed class GraceOver : INoSerializationVerificationNeeded
    {
        public static GraceOver Instance { get; } = new();
    }

    /// <summary>Machines have been waited for.</summary>
    private sealed class Enough : INoSerializationVerificationNeeded
    {
        public static Enough Instance { get; } = new();
    }

    /// <summary>Time to look for silent workers.</summary>
    private sealed class Watch : INoSerializationVerificationNeeded
    {
        public static Watch Instance { get; } = new();
    }
}
