using Meditron.Actors.Actor;

namespace Meditron.Actors.TestKit.Internal;

/// <summary>The actor behind a test kit: puts what it receives into the kit's queue.</summary>
internal sealed class InternalTestActor(TestQueue queue) : ActorBase
{
    private readonly ChildStrategies _strategies = new();

    private TestActor.Ignore? _ignore;

    private AutoPilot _autoPilot = AutoPilot.NoAutoPilot;

    protected override SupervisorStrategy SupervisorStrategy() => _strategies;

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case TestActor.SetIgnore ignore:
                _ignore = ignore.Ignore;
                break;
            case TestActor.Watch watch:
                Context.Watch(watch.Actor);
                break;
            case TestActor.Unwatch unwatch:
                Context.Unwatch(unwatch.Actor);
                break;
            case TestActor.SetAutoPilot pilot:
                _autoPilot = pilot.AutoPilot;
                break;
            case TestActor.Spawn spawn:
                Sender.Tell(SpawnChild(spawn), Self);
                break;
            default:
                Take(message);
                break;
        }

        return true;
    }

    private object SpawnChild(TestActor.Spawn spawn)
    {
        try
        {
            var child = Context.ActorOf(spawn.Props, spawn.Name);
            if (spawn.Strategy is { } strategy)
            {
                _strategies.Set(child, strategy);
            }

            return child;
        }
        catch (Exception exception)
        {
            return new Status.Failure(exception);
        }
    }

    private void Take(object message)
    {
        var next = _autoPilot.Run(Sender, message);
        _autoPilot = next is KeepRunning ? _autoPilot : next;
        if (_ignore?.Invoke(message) != true)
        {
            queue.Enqueue(new RealMessageEnvelope(message, Sender));
        }
    }
}
