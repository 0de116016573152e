namespace Meditron.Training.Divergence;

/// <summary>What is done about a step whose loss or gradient norm is not finite.</summary>
public enum NonFiniteAction
{
    /// <summary>Its update is left out.</summary>
    Skip,

    /// <summary>Training goes back to the state some steps before, and the batches since are left out.</summary>
    Rollback,

    /// <summary>Training ends.</summary>
    Stop,
}
