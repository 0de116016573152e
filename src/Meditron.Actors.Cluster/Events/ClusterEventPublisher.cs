using System.Collections.Immutable;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>Renews the node's view of the cluster and sends its subscribers the events they asked for, in the order of subscription.</summary>
internal sealed class ClusterEventPublisher : UntypedActor
{
    private readonly Cluster _cluster;
    private readonly List<Subscription> _subscriptions = [];
    private readonly List<IActorRef> _followers = [];
    private MembershipState _state;

    public ClusterEventPublisher(Cluster cluster)
    {
        _cluster = cluster;
        _state = Nothing;
    }

    private sealed record Subscription(IActorRef Subscriber, ImmutableList<Type> Types);

    private MembershipState Nothing => new(Gossip.Empty, _cluster.SelfUniqueAddress);

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case PublishState m:
                MoveTo(m.State);
                break;
            case SubscribeTo m:
                Subscribe(m);
                break;
            case FollowMembership m:
                Follow(m.Follower);
                break;
            case UnsubscribeFrom m:
                Unsubscribe(m.Subscriber, m.Type);
                break;
            case SendState m:
                m.Receiver.Tell(ClusterReadView.Of(_state));
                break;
            case Terminated m:
                Unsubscribe(m.ActorRef, type: null);
                _followers.Remove(m.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    protected override void PostStop()
    {
        // The last events: whoever stays learns that it is alone now.
        Publish(ClusterEvent.ClusterShuttingDown.Instance);
        MoveTo(Nothing);
        base.PostStop();
    }

    protected override void PreRestart(Exception reason, object message)
    {
        // Never restarted: a publisher that fails takes the cluster's core with it.
    }

    private void MoveTo(MembershipState next)
    {
        var previous = _state;
        _state = next;
        _cluster.View.Renew(next);
        foreach (var change in ClusterEventDiff.Between(previous, next))
        {
            Log(change);
            Publish(change);
        }

        foreach (var follower in _followers)
        {
            follower.Tell(new MembershipChanged(next));
        }
    }

    private void Follow(IActorRef follower)
    {
        if (!_followers.Contains(follower))
        {
            Context.Watch(follower);
            _followers.Add(follower);
        }

        follower.Tell(new MembershipChanged(_state));
    }

    private void Log(ClusterEvent.IClusterDomainEvent change)
    {
        switch (change)
        {
            case ClusterEvent.UnreachableMember e:
                _cluster.LogWarning("{0} is unreachable.", e.Member);
                break;
            case ClusterEvent.ReachableMember e:
                _cluster.LogInfo("{0} is reachable again.", e.Member);
                break;
            case ClusterEvent.LeaderChanged e when _cluster.Settings.LogInfoVerbose:
                _cluster.LogInfo("Leader is {0}.", (object?)e.Leader ?? "nobody");
                break;
            case ClusterEvent.MemberRemoved e when _cluster.Settings.LogInfoVerbose:
                _cluster.LogInfo("{0} is removed, it was {1}.", e.Member, e.PreviousStatus);
                break;
            case ClusterEvent.IMemberEvent e when _cluster.Settings.LogInfoVerbose:
                _cluster.LogInfo("{0} is {1}.", e.Member, e.Member.Status);
                break;
            default:
                break;
        }
    }

    private void Publish(ClusterEvent.IClusterDomainEvent change)
    {
        for (var i = 0; i < _subscriptions.Count; i++)
        {
            var subscription = _subscriptions[i];
            if (subscription.Types.Exists(t => t.IsInstanceOfType(change)))
            {
                subscription.Subscriber.Tell(change);
            }
        }
    }

    private void Subscribe(SubscribeTo message)
    {
        if (message.Mode == ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents)
        {
            foreach (var change in ClusterEventDiff.Between(Nothing, _state))
            {
                if (message.Types.Exists(t => t.IsInstanceOfType(change)))
                {
                    message.Subscriber.Tell(change);
                }
            }
        }
        else
        {
            message.Subscriber.Tell(ClusterReadView.Of(_state));
        }

        var index = _subscriptions.FindIndex(s => s.Subscriber.Equals(message.Subscriber));
        if (index < 0)
        {
            Context.Watch(message.Subscriber);
            _subscriptions.Add(new Subscription(message.Subscriber, message.Types));
        }
        else
        {
            var types = _subscriptions[index].Types;
            _subscriptions[index] = _subscriptions[index] with { Types = types.AddRange(message.Types.Except(types)) };
        }
    }

    private void Unsubscribe(IActorRef subscriber, Type? type)
    {
        var index = _subscriptions.FindIndex(s => s.Subscriber.Equals(subscriber));
        if (index < 0)
        {
            return;
        }

        var rest = type is null ? [] : _subscriptions[index].Types.Remove(type);
        if (rest.IsEmpty)
        {
            Context.Unwatch(subscriber);
            _subscriptions.RemoveAt(index);
        }
        else
        {
            _subscriptions[index] = _subscriptions[index] with { Types = rest };
        }
    }
}
