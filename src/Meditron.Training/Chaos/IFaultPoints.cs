using Meditron.Training.Parallel;

namespace Meditron.Training.Chaos;

/// <summary>Is told when a rank passes a <see cref="FaultPoint"/>, and may make a fault happen there.</summary>
public interface IFaultPoints
{
    /// <summary>A point is passed.</summary>
    /// <param name="point">Which.</param>
    /// <param name="step">The step under way, counted from 1.</param>
    /// <param name="rank">The rank that passes it.</param>
    /// <param name="groups">Its process groups, or null where it has none there.</param>
    /// <param name="target">What of its work and memory can be damaged, or null where nothing can.</param>
    void Reached(FaultPoint point, int step, int rank, RankGroups? groups, IFaultTarget? target = null);
}
