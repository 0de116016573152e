using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>What a job does with the workers that it has.</summary>
/// <param name="Kind">What it does.</param>
/// <param name="Layout">The layout that it trains with, or is to train with.</param>
/// <param name="Reason">Why, in words; empty where there are enough.</param>
internal sealed record WorkersDecision(WorkersDecisionKind Kind, ParallelLayout Layout, string Reason);

/// <summary>The kinds of it.</summary>
internal enum WorkersDecisionKind
{
    /// <summary>It trains.</summary>
    Train,

    /// <summary>It waits for more.</summary>
    Wait,

    /// <summary>It ends; with a checkpoint, where one copy of the model can still be had.</summary>
    End,
}
