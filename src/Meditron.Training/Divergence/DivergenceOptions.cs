namespace Meditron.Training.Divergence;

/// <summary>When a step's numbers are taken for divergence, and what is done then.</summary>
public sealed record DivergenceOptions
{
    /// <summary>What is done about a loss or norm that is not finite.</summary>
    public NonFiniteAction NonFinite { get; init; } = NonFiniteAction.Skip;

    /// <summary>What is done about a loss far above those before it.</summary>
    public LossSpikeAction LossSpike { get; init; } = LossSpikeAction.Off;

    /// <summary>A spike is above so many times the median of the window; 0 leaves that out.</summary>
    public double Factor { get; init; }

    /// <summary>A spike is above the median by so many standard deviations, as the window's median deviation gives them; 0 leaves that out.</summary>
    public double Deviations { get; init; } = 6;

    /// <summary>Steps before the one judged whose losses it is held against.</summary>
    public int Window { get; init; } = 32;

    /// <summary>Steps at the beginning of a run in which no spike is looked for.</summary>
    public int WarmUp { get; init; } = 100;

    /// <summary>Steps before the one judged to which a rollback goes back at least.</summary>
    public int RollbackSteps { get; init; } = 8;

    /// <summary>Steps in a row that may be left out; one more ends training. 0 for any number.</summary>
    public int MaxInARow { get; init; }

    /// <summary>Whether any step may be rolled back.</summary>
    public bool RollsBack => NonFinite == NonFiniteAction.Rollback || LossSpike == LossSpikeAction.Rollback;
}
