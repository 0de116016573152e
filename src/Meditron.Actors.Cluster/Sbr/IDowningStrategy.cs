namespace Meditron.Actors.Cluster.SBR;

/// <summary>Decides which side of a split goes on. Pure: the same view gives the same decision.</summary>
internal interface IDowningStrategy
{
    /// <summary>What to do about the unreachable members of a view, and why.</summary>
    Decision Decide(SplitView view);

    /// <summary>What is wrong with a membership for this strategy, or null; logged when it changes.</summary>
    string? Concern(SplitView view) => null;
}
