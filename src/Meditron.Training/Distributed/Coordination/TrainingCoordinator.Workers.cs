using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Which workers are used, and what is done where there are too few.</content>
public sealed partial class TrainingCoordinator
{
    /// <summary>Since when the job waits for workers, after it has trained.</summary>
    private TimeSpan? lackSince;

    /// <summary>From when on standbys may fill the job's first layout; null as long as there are too few of them for that.</summary>
    private TimeSpan? standbysFrom;

    private TimeSpan Lacking => lackSince is { } since ? Now - since : TimeSpan.Zero;

    /// <summary>Workers that stay: neither told to leave nor set aside.</summary>
    private List<RegisteredWorker> Staying => [.. workers.Values.Where(Stays)];

    /// <summary>Whether a worker can take a rank at once: one that has neither rehearsed nor trained would hold the others up.</summary>
    private bool IsReady(RegisteredWorker worker) => worker.State.Warm || worker.State.Generation > 0 || generation!.RankOf(worker.Description.Id) >= 0;

    /// <summary>Lays ranks out over workers; incomplete where there are too few, and the job may have ended then.</summary>
    private (ParallelLayout Layout, Assignment Assignment) Assign()
    {
        var (used, decision) = Consider(Stays);
        if (decision.Kind != WorkersDecisionKind.Train || decision.Layout != options.Layout)
        {
            (used, decision) = Consider(worker => Stays(worker) || worker.IsSlow);
        }

        if (decision.Kind != WorkersDecisionKind.Train)
        {
            // Those that are to leave are better than none.
            (used, decision) = Consider(_ => true);
        }

        switch (decision.Kind)
        {
            case WorkersDecisionKind.Wait:
                Lack(decision.Reason);
                return (decision.Layout, new Assignment([], decision.Reason));
            case WorkersDecisionKind.End when ending is null:
                return End(decision, used);
            default:
                return (decision.Layout, Fill(decision, used));
        }
    }

    private (List<RegisteredWorker> Used, WorkersDecision Decision) Consider(Func<RegisteredWorker, bool> chosen)
    {
        List<RegisteredWorker> used = [.. workers.Values.Where(chosen)];
        var decision = WorkersPolicy.Decide(options.Layout, used.Count, trained || HasSurvivors, Lacking, options.TooFewWorkers);
        return decision.Kind == WorkersDecisionKind.Train && IsEarlyFor(used) is { } early ? (used, new WorkersDecision(WorkersDecisionKind.Wait, options.Layout, early)) : (used, decision);
    }

    /// <summary>
    /// The first layout of a job is filled by workers: one that is launched as a standby and comes before them takes a rank only where none has come for it within the time
    /// in which all who live register. State that is in memory waits for nobody.
    /// </summary>
    /// <returns>What is waited for; null where nothing is.</returns>
    private string? IsEarlyFor(List<RegisteredWorker> used)
    {
        var ordinary = used.Count(worker => !worker.Description.Standby);
        if (ordinary >= options.Layout.World || trained || workers.Values.Any(worker => worker.State.Generation > 0))
        {
            return null;
        }

        if (standbysFrom is null)
        {
            standbysFrom = Now + options.RegistrationGrace;
            Timers.StartSingleTimer(StandbysTimer, GraceOver.Instance, options.RegistrationGrace);
        }

        return Now >= standbysFrom ? null : $"{options.Layout} needs {options.Layout.World} workers, and {ordinary} have registered; standbys fill in after {options.RegistrationGrace.TotalSeconds:0.###} s";
    }

    private Assignment Fill(WorkersDecision decision, List<RegisteredWorker> used)
    {
        var assignment = AssignmentPlan.Decide(decision.Layout, [.. used.Select(worker => worker.Description)], generation?.Members ?? []);
        return decision.Reason.Length > 0 && assignment.IsComplete ? assignment with { Reason = $"{assignment.Reason} ({decision.Reason})" } : assignment;
    }

    private void Lack(string why)
    {
        if (trained && lackSince is null)
        {
            lackSince = Now;
            log.Event("waiting-for-workers", step, why);
        }
    }

    /// <summary>Ends the job; where its workers can still have one copy of the model among them, with a checkpoint of what they have in memory.</summary>
    private (ParallelLayout Layout, Assignment Assignment) End(WorkersDecision decision, List<RegisteredWorker> used)
    {
        log.Event("too-few-workers", step, decision.Reason);
        ending = (JobEndCause.TooFewWorkers, $"too few workers: {decision.Reason}");
        var assignment = Fill(decision, used);
        if (assignment.IsComplete)
        {
            stopWanted = true;
            return (decision.Layout, assignment);
        }

        GiveUp(ending.Value.Reason);
        return (decision.Layout, new Assignment([], decision.Reason));
    }

    /// <summary>A wait for workers has an end.</summary>
    private void LookAtLack()
    {
        if (phase == CoordinatorPhase.WaitingForWorkers && lackSince is not null)
        {
            TryBegin();
        }
    }
}
