using Meditron.ActorNode.Protocol;
using Meditron.Actors.Actor;
using Meditron.Actors.Cluster;

namespace Meditron.ActorNode;

/// <summary>Reports all events of the cluster.</summary>
internal sealed class EventReporter : UntypedActor
{
    protected override void PreStart() =>
        Cluster.Get(Context.System).Subscribe(Self, ClusterEvent.InitialStateAsEvents, typeof(ClusterEvent.IClusterDomainEvent));

    protected override void OnReceive(object message)
    {
        if (message is ClusterEvent.IClusterDomainEvent e && Reports.Of(e) is { } report)
        {
            EventOutput.Write(report);
        }
    }
}
