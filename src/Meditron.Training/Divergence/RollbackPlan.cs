namespace Meditron.Training.Divergence;

/// <summary>
/// Decides where a rollback goes back to, and what it leaves of the ones before it; pure functions of the configuration and of the run's record, so that a run takes the same steps
/// whatever checkpoints it happens to have: from an older one it takes the steps up to there again.
/// </summary>
public static class RollbackPlan
{
    /// <summary>The step whose state is gone back to: that of a checkpoint by the run's interval.</summary>
    /// <param name="step">The step that diverged.</param>
    /// <param name="options">The policy.</param>
    /// <param name="interval">Steps between checkpoints.</param>
    /// <param name="earlier">The run's rollbacks so far, in their order.</param>
    public static int TargetOf(int step, DivergenceOptions options, int interval, IReadOnlyList<Rollback> earlier)
    {
        ArgumentNullException.ThrowIfNull(options);
        var target = Math.Max(0, step - options.RollbackSteps);
        target = interval > 0 ? target / interval * interval : 0;
        return Outside(target, earlier);
    }

    /// <summary>The newest step up to this one that the run still counts: none is inside of a rollback.</summary>
    public static int Outside(int step, IReadOnlyList<Rollback> rollbacks)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        return rollbacks.FirstOrDefault(rollback => rollback.From < step && step < rollback.To)?.From ?? step;
    }

    /// <summary>The record with another rollback; those that it goes back beyond do not count any more.</summary>
    public static IReadOnlyList<Rollback> Add(IReadOnlyList<Rollback> rollbacks, Rollback newest)
    {
        ArgumentNullException.ThrowIfNull(newest);
        return [.. rollbacks.Where(rollback => rollback.To <= newest.From), newest];
    }

    /// <summary>What of several records counts, where some parts of the job know more than others.</summary>
    public static IReadOnlyList<Rollback> Merge(IEnumerable<Rollback> rollbacks) =>
        rollbacks.Distinct().OrderBy(rollback => rollback.To).Aggregate((IReadOnlyList<Rollback>)[], Add);

    /// <summary>The rollback that training goes through after a step, or null.</summary>
    public static Rollback? After(int step, IReadOnlyList<Rollback> rollbacks)
    {
        ArgumentNullException.ThrowIfNull(rollbacks);
        return rollbacks.FirstOrDefault(rollback => rollback.From == step);
    }
}
