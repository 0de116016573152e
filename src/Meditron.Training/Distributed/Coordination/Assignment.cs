using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>Which worker takes which rank.</summary>
/// <param name="Members">The workers by rank; empty where the layout cannot be filled.</param>
/// <param name="Reason">Why it is so, in words.</param>
public sealed record Assignment(IReadOnlyList<WorkerDescription> Members, string Reason)
{
    /// <summary>Whether every rank has a worker.</summary>
    public bool IsComplete => Members.Count > 0;
}
