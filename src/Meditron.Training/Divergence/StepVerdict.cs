namespace Meditron.Training.Divergence;

/// <summary>What becomes of a step once its loss and gradient norm are known.</summary>
public enum StepVerdict
{
    /// <summary>Weights and moments are updated.</summary>
    Update,

    /// <summary>They stay as they are, and the step counts as taken.</summary>
    Skip,

    /// <summary>They go back to what they were some steps before, and the steps since count as taken.</summary>
    Rollback,

    /// <summary>The step is not taken, and training ends.</summary>
    Stop,
}
