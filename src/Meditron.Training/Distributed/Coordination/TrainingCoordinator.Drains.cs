using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Workers that leave in order: told to end, set aside for maintenance, or too slow. Others take their places at the end of a step, so that no step is redone.</content>
public sealed partial class TrainingCoordinator
{
    /// <summary>Notices that come at about the same time are acted on together.</summary>
    private static readonly TimeSpan Gathering = TimeSpan.FromMilliseconds(200);

    private readonly SortedSet<string> setAside = new(StringComparer.Ordinal);
    private TimeSpan noticed;
    private string? stuck;

    private void Drains()
    {
        Recover<WorkersSetAside>(SetAside);
        Command<DrainWorker>(drain =>
        {
            if (workers.TryGetValue(drain.WorkerId, out var worker))
            {
                if (worker.IsSlow)
                {
                    (worker.IsSlow, worker.Leaving) = (false, null);
                }

                Leave(worker, drain.Reason);
            }
            else
            {
                Sender.Tell(new RegistrationWanted());
            }
        });
        Command<DrainTarget>(Drain);
        Command<UndrainTarget>(Undrain);
    }

    /// <summary>Whether a worker is there for good.</summary>
    private bool Stays(RegisteredWorker worker) => worker.Leaving is null && !IsSetAside(worker.Description);

    private bool IsSetAside(WorkerDescription worker) => setAside.Count > 0 && setAside.Any(target => IsNamed(worker, target));

    private static bool IsNamed(WorkerDescription worker, string target) => target == worker.Host || target == worker.Machine || target == worker.Id || target == $"{worker.Host}/{worker.ProcessId}";

    private void SetAside(WorkersSetAside targets)
    {
        setAside.Clear();
        setAside.UnionWith(targets.Targets);
        noticed = Now;
        stuck = null;
    }

    private void Leave(RegisteredWorker worker, string why)
    {
        if (worker.Leaving is null)
        {
            worker.Leaving = why;
            noticed = Now;
            stuck = null;
            log.Event("drain", step, $"{AssignmentPlan.Name(worker.Description)}: {why}");
        }
    }

    private void Drain(DrainTarget drain)
    {
        var target = drain.Target;
        var named = workers.Values.Where(worker => IsNamed(worker.Description, target)).ToList();
        if (named.Count == 0)
        {
            Answer(false, $"no worker is, or runs on, {target}; there are {string.Join(", ", workers.Values.Select(worker => AssignmentPlan.Name(worker.Description)).Order(StringComparer.Ordinal))}");
            return;
        }

        if (!workers.Values.Any(worker => Stays(worker) && !named.Contains(worker)))
        {
            Answer(false, "nobody would be left; use stop to end the job");
            return;
        }

        Keep([.. setAside, target], $"{named.Count} {(named.Count == 1 ? "worker gives its" : "workers give their")} ranks to others at the end of a step, where there are any; then {(named.Count == 1 ? "it" : "they")} can be ended without a trace", $"{target} is drained for maintenance");
    }

    private void Undrain(UndrainTarget undrain)
    {
        if (!setAside.Contains(undrain.Target))
        {
            Answer(false, $"{undrain.Target} is not drained; drained are {(setAside.Count == 0 ? "none" : string.Join(", ", setAside))}");
            return;
        }

        Keep([.. setAside.Where(target => target != undrain.Target)], $"{undrain.Target} may be used again", $"{undrain.Target} is back from maintenance");
    }

    private void Keep(IReadOnlyList<string> targets, string answer, string told)
    {
        var asking = Sender;
        var message = new WorkersSetAside();
        message.Targets.AddRange(targets);
        Persist(message, kept =>
        {
            SetAside(kept);
            log.Event("drain", step, told);
            asking.Tell(new CommandAnswer { Accepted = true, Text = answer });
            GrowIfPossible();
        });
    }

    /// <summary>Whether nothing depends on a worker without a rank: no generation that is beginning counts on it, and nobody may still need its memory.</summary>
    private bool MayLeave => phase switch
    {
        CoordinatorPhase.Training => settled && !reshaping,
        CoordinatorPhase.Paused => true,
        CoordinatorPhase.WaitingForWorkers => !trained,
        _ => false,
    };

    /// <summary>Lets go who is free to leave, and has the ranks of the others taken over at the end of the step under way where there is somebody for them.</summary>
    private void MakeRoom()
    {
        if (!MayLeave || Now - noticed < Gathering || workers.Values.All(Stays))
        {
            return;
        }

        foreach (var worker in workers.Values.Where(worker => worker.Leaving is not null && (generation?.RankOf(worker.Description.Id) ?? -1) < 0).ToList())
        {
            LetGo(worker);
        }

        if (phase is CoordinatorPhase.Training or CoordinatorPhase.Paused)
        {
            Replace();
        }
    }

    private void Replace()
    {
        var leaving = workers.Values.Where(worker => !Stays(worker) && generation!.RankOf(worker.Description.Id) >= 0).ToList();
        if (leaving.Count == 0 || stopWanted)
        {
            return;
        }

        if (workers.Values.All(worker => worker.Leaving is not null))
        {
            log.Event("preempted", step, "all workers are told to end: the job stops with a checkpoint");
            stopWanted = true;
            StopRanks();
            return;
        }

        var ready = Staying.Count(IsReady);
        var decision = WorkersPolicy.Decide(options.Layout, ready, true, TimeSpan.Zero, options.TooFewWorkers);
        var (names, one) = (string.Join(", ", leaving.Select(worker => AssignmentPlan.Name(worker.Description))), leaving.Count == 1);
        if (decision.Kind != WorkersDecisionKind.Train || (decision.Layout.World < generation!.Layout.World && leaving.All(worker => worker.IsSlow)))
        {
            if (stuck != names)
            {
                stuck = names;
                log.Event("drain-waits", step, $"nobody can take the {(one ? "place" : "places")} of {names} now ({decision.Reason})");
            }

            return;
        }

        reshaping = true;
        var rest = phase == CoordinatorPhase.Paused;
        log.Event("draining", step, $"{names} {(one ? "is" : "are")} replaced {(rest ? "while the job is paused" : "after the step under way")}: {generation!.Layout} {(decision.Layout == generation.Layout ? "stays" : $"becomes {decision.Layout}")}");
        if (rest)
        {
            // All ranks have stopped after the same step, and nobody waits for a new one to begin.
            Assess("taking another layout");
            return;
        }

        Ask(new ControlTraining { Generation = generation.Number, Pause = true });
    }

    /// <summary>The worker's process may end: nothing depends on it any more.</summary>
    private void LetGo(RegisteredWorker worker)
    {
        if (worker.IsSlow)
        {
            Expel(worker, worker.Leaving!);
            return;
        }

        workers.Remove(worker.Description.Id);
        servers.Remove(worker.Description.Id);
        Context.Unwatch(worker.Reference);
        log.Event("worker-left", step, $"{AssignmentPlan.Name(worker.Description)}: {worker.Leaving}");
        worker.Reference.Tell(new WorkerReleased { Reason = worker.Leaving! });
    }

    /// <summary>A worker that is slow gives its rank to another where the policy says so; judged again, with the others, after each replacement.</summary>
    private void Judged(ReplicaJudged judged)
    {
        log.Event(judged.IsSlow ? "slow-worker" : "slow-worker-recovered", step, $"rank {judged.Rank} of stage {judged.Stage} {judged.Reason}");
        if (options.SlowWorkers != SlowWorkersAction.Replace || generation is null || !workers.TryGetValue(generation.Members[judged.Rank].Id, out var worker))
        {
            return;
        }

        if (!judged.IsSlow && worker.IsSlow)
        {
            (worker.IsSlow, worker.Leaving) = (false, null);
        }
        else if (judged.IsSlow && worker.Leaving is null)
        {
            worker.IsSlow = true;
            Leave(worker, $"is slow: it {judged.Reason}");
        }
    }
}
