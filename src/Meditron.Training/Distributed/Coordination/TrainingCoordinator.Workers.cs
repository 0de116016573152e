using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <content>Which workers are used, and what is done where there are too few.</content>
public sealed partial class TrainingCoordinator
{
    /// <summary>Since when the job waits for workers, after it has trained.</summary>
    private TimeSpan? lackSince;

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
        return (used, WorkersPolicy.Decide(options.Layout, used.Count, trained || HasSurvivors, Lacking, options.TooFewWorkers));
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
