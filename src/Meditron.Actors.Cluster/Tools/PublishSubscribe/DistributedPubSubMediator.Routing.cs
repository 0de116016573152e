using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Routing;

namespace Meditron.Actors.Cluster.Tools.PublishSubscribe;

public partial class DistributedPubSubMediator
{
    // Where receivers take turns, those of each key have their own: turns that several share would leave some out.
    private readonly Dictionary<RegistryKey, RoutingLogic> _turns = [];

    private void OnPublish(Publish message)
    {
        if (message.SendOneMessageToEachGroup)
        {
            PublishToEachGroup(message.Topic, message.Message);
            return;
        }

        var key = RegistryKey.OfTopic(message.Topic, null);
        var delivered = false;
        foreach (var (node, _) in _registry.Receivers.Find(key))
        {
            delivered = true;
            if (node.Equals(_cluster.SelfUniqueAddress))
            {
                Deliver(key, message.Message);
            }
            else
            {
                MediatorOn(node).Forward(new DeliverToTopic(message.Topic, message.Message));
            }
        }

        if (!delivered)
        {
            NoReceiver(message.Message);
        }
    }

    private void PublishToEachGroup(string topic, object message)
    {
        var delivered = false;
        foreach (var group in _registry.Receivers.GroupsOf(topic))
        {
            delivered = true;
            var key = RegistryKey.OfTopic(topic, group);
            var nodes = _registry.Receivers.Find(key).Select(r => new ActorRefRoutee(MediatorOn(r.Key)));
            LogicFor(key).Select(message, [.. nodes]).Send(new DeliverToGroup(topic, group, message), Sender);
        }

        if (!delivered)
        {
            NoReceiver(message);
        }
    }

    private void OnSend(Send message)
    {
        var key = RegistryKey.OfPath(message.Path);
        if (message.LocalAffinity && _registry.Own(key) is { } local)
        {
            local.Forward(message.Message);
            return;
        }

        var receivers = _registry.Receivers.Find(key).Select(r => new ActorRefRoutee(r.Value)).ToArray();
        if (receivers.Length == 0)
        {
            NoReceiver(message.Message);
        }
        else
        {
            LogicFor(key).Select(message.Message, receivers).Send(message.Message, Sender);
        }
    }

    private void OnSendToAll(SendToAll message)
    {
        var delivered = false;
        foreach (var (node, receiver) in _registry.Receivers.Find(RegistryKey.OfPath(message.Path)))
        {
            if (!message.ExcludeSelf || !node.Equals(_cluster.SelfUniqueAddress))
            {
                delivered = true;
                receiver.Forward(message.Message);
            }
        }

        if (!delivered)
        {
            NoReceiver(message.Message);
        }
    }

    // None may be left by now; the others have got it, so that is no message without a receiver.
    private void Deliver(RegistryKey key, object message)
    {
        if (_subscribers.TryGetValue(key, out var subscribers))
        {
            foreach (var subscriber in subscribers.Routees)
            {
                subscriber.Send(message, Sender);
            }
        }
    }

    private void DeliverToOne(RegistryKey key, object message)
    {
        if (_subscribers.TryGetValue(key, out var subscribers))
        {
            subscribers.Logic.Select(message, subscribers.Routees).Send(message, Sender);
        }
        else
        {
            NoReceiver(message);
        }
    }

    private RoutingLogic NewLogic() => _logic is RoundRobinRoutingLogic ? new RoundRobinRoutingLogic() : _logic;

    private RoutingLogic LogicFor(RegistryKey key)
    {
        if (_logic is not RoundRobinRoutingLogic)
        {
            return _logic;
        }

        if (!_turns.TryGetValue(key, out var logic))
        {
            _turns[key] = logic = NewLogic();
        }

        return logic;
    }

    private void NoReceiver(object message)
    {
        if (_settings.SendToDeadLettersWhenNoSubscribers)
        {
            Context.System.DeadLetters.Tell(new DeadLetter(message, Sender, Self));
        }
        else
        {
            Log.Debug("Nobody is there to receive {0}", message.GetType());
        }
    }
}
