using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>Answers heartbeats (/system/cluster/heartbeatReceiver).</summary>
internal sealed class HeartbeatReceiver : UntypedActor
{
    private readonly Cluster _cluster;

    public HeartbeatReceiver(Cluster cluster) => _cluster = cluster;

    protected override void OnReceive(object message)
    {
        if (message is Heartbeat heartbeat)
        {
            Sender.Tell(new HeartbeatResponse(_cluster.SelfUniqueAddress, heartbeat.SequenceNr, heartbeat.CreationTime));
        }
        else
        {
            Unhandled(message);
        }
    }
}
