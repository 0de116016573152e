using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster;

/// <summary>Calls back once when this node has become Up, or once when it is removed.</summary>
internal sealed class MemberStatusListener : UntypedActor
{
    private readonly Cluster _cluster;
    private readonly MemberStatus _status;
    private readonly Action _callback;

    public MemberStatusListener(Cluster cluster, MemberStatus status, Action callback)
    {
        _cluster = cluster;
        _status = status;
        _callback = callback;
    }

    protected override void PreStart() => _cluster.Subscribe(
        Self,
        ClusterEvent.InitialStateAsEvents,
        _status == MemberStatus.Up ? typeof(ClusterEvent.MemberUp) : typeof(ClusterEvent.MemberRemoved));

    protected override void OnReceive(object message)
    {
        if (message is ClusterEvent.IMemberEvent e && e.Member.UniqueAddress.Equals(_cluster.SelfUniqueAddress))
        {
            if (_status == MemberStatus.Up)
            {
                Call();
            }

            // The callback of the removal is made when this actor stops: by this, or with the whole cluster.
            Context.Stop(Self);
        }
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        if (_status == MemberStatus.Removed)
        {
            Call();
        }
    }

    private void Call()
    {
        try
        {
            _callback();
        }
        catch (Exception e)
        {
            _cluster.Log.Error(e, "A callback for when this node is {0} has failed.", _status);
        }
    }
}
