using Meditron.Actors.Actor;

namespace Meditron.Actors.Routing;

/// <summary>Manages the routees of a router; the messages themselves do not come through it.</summary>
internal class RouterActor : ActorBase
{
    protected RoutedActorRef Router { get; } = Context.Self as RoutedActorRef
        ?? throw new ActorInitializationException($"A router's actor works only behind a router's reference, and {Context.Self} is none.");

    protected override bool Receive(object message)
    {
        switch (message)
        {
            case WatchRoutees:
                foreach (ActorRefRoutee routee in Router.Router.Routees.OfType<ActorRefRoutee>())
                {
                    Context.Watch(routee.Actor);
                }

                return true;
            case GetRoutees:
                Sender.Tell(new Routees(Router.Router.Routees.ToArray()), Self);
                return true;
            case AddRoutee add:
                Router.Add(add.Routee);
                if (add.Routee is ActorRefRoutee added)
                {
                    Context.Watch(added.Actor);
                }

                return true;
            case RemoveRoutee remove:
                Remove(remove.Routee);
                return true;
            case Terminated terminated:
                Router.Remove(new ActorRefRoutee(terminated.ActorRef));
                StopIfEmpty();
                return true;
            default:
                return false;
        }
    }

    // The routees live on when the router's actor restarts.
    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected virtual void Remove(Routee routee)
    {
        Router.Remove(routee);
        if (routee is ActorRefRoutee removed)
        {
            Context.Unwatch(removed.Actor);
        }

        StopIfEmpty();
    }

    private void StopIfEmpty()
    {
        if (Router.RouterConfig.StopRouterWhenAllRouteesRemoved && !Router.Router.Routees.Any())
        {
            Context.Stop(Self);
        }
    }
}

/// <summary>Manages a pool: its routees are its children, which it creates and stops.</summary>
internal sealed class RouterPoolActor(Resizer? resizer) : RouterActor
{
    protected override bool Receive(object message)
    {
        switch (message)
        {
            case AdjustPoolSize adjust:
                Adjust(adjust.Change);
                return true;
            case Resize when resizer is not null:
                Adjust(resizer.Resize(Router.Router.Routees.ToArray()));
                Router.ResizeDone();
                return true;
            default:
                return base.Receive(message);
        }
    }

    protected override void Remove(Routee routee)
    {
        base.Remove(routee);
        if (routee is ActorRefRoutee child && Context.GetChildren().Contains(child.Actor))
        {
            // After what it was sent already.
            child.Actor.Tell(PoisonPill.Instance, Self);
        }
    }

    private void Adjust(int change)
    {
        if (change > 0)
        {
            foreach (Routee routee in Router.Grow(change))
            {
                Context.Watch(((ActorRefRoutee)routee).Actor);
            }
        }
        else if (change < 0)
        {
            Routee[] routees = Router.Router.Routees.ToArray();
            foreach (Routee routee in routees.Skip(Math.Max(0, routees.Length + change)))
            {
                Remove(routee);
            }
        }
    }
}
