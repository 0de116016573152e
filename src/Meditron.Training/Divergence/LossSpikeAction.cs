namespace Meditron.Training.Divergence;

/// <summary>What is done about a step whose loss is far above those before it.</summary>
public enum LossSpikeAction
{
    /// <summary>Nothing; spikes are not looked for.</summary>
    Off,

    /// <summary>Its update is left out.</summary>
    Skip,

    /// <summary>Training goes back to the state some steps before, and the batches since are left out.</summary>
    Rollback,
}
