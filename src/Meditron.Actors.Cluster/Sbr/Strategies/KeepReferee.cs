using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>The side with a given node, the referee, goes on; a strategy of Akka.NET's older resolver alone.</summary>
/// <param name="referee">The address of that node.</param>
/// <param name="downAllIfLessThan">With fewer members than this on the referee's side, nobody goes on.</param>
internal sealed class KeepReferee(Address referee, int downAllIfLessThan) : IDowningStrategy
{
    public Decision Decide(SplitView view)
    {
        if (!view.IndirectlyConnected.IsEmpty)
        {
            return Reasons.IndirectlyConnected(view);
        }

        var here = view.Counted("").Where(m => !view.IsUnreachable(m)).ToList();
        if (!here.Exists(m => m.Address.Equals(referee)))
        {
            return new Decision(DecisionKind.DownReachable, $"the referee [{referee}] is not on this side");
        }

        return here.Count < downAllIfLessThan
            ? new Decision(DecisionKind.DownAll, $"the referee [{referee}] is on this side, but with {here.Count} members only, less than {downAllIfLessThan}")
            : new Decision(DecisionKind.DownUnreachable, $"the referee [{referee}] is on this side");
    }
}
