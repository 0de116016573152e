namespace Meditron.Training.Parallel;

/// <summary>The order in which a stage takes forward and backward passes.</summary>
public enum PipelineScheduleKind
{
    /// <summary>All forward passes, then all backward passes (Huang et al. 2019); holds every micro-batch at once.</summary>
    GPipe,

    /// <summary>One forward, one backward after a warm-up (Narayanan et al. 2021); holds at most as many micro-batches as stages follow.</summary>
    OneForwardOneBackward,
}
