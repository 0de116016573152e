using Meditron.Training.Chaos;
using Meditron.Training.Integrity;

namespace Meditron.Training.Parallel;

/// <summary>How one rank of a layout works.</summary>
public sealed record RankOptions
{
    /// <summary>The order of passes on a pipeline stage.</summary>
    public PipelineScheduleKind Schedule { get; init; } = PipelineScheduleKind.OneForwardOneBackward;

    /// <summary>Is told of points at which faults may be made to happen; null for none.</summary>
    public IFaultPoints? Faults { get; init; }

    /// <summary>What ranks compare with each other, and how often.</summary>
    public IntegrityOptions Integrity { get; init; } = new();

    /// <summary>How long one transfer or collective may take before its peer counts as failed.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromMinutes(10);
}
