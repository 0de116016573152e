namespace Meditron.Actors.Cluster.SBR;

/// <summary>No side goes on.</summary>
internal sealed class DownAllNodes : IDowningStrategy
{
    public Decision Decide(SplitView view) => new(DecisionKind.DownAll, "the strategy downs all members whenever some are unreachable");
}
