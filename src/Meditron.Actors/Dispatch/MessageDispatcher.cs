using Meditron.Actors.Actor;

namespace Meditron.Actors.Dispatch;

/// <summary>Runs the mailboxes of the actors that use it.</summary>
public abstract class MessageDispatcher
{
    /// <summary>The number of messages an actor processes in one run where the configuration says nothing.</summary>
    public const int DefaultThroughput = 100;

    private protected MessageDispatcher(string id, int throughput)
    {
        Id = id;
        Throughput = throughput;
    }

    /// <summary>The configuration path the dispatcher was made from.</summary>
    public string Id { get; protected set; }

    /// <summary>The number of messages an actor processes in one run before others have their turn.</summary>
    public int Throughput { get; protected set; }

    /// <summary>Runs an action on the dispatcher.</summary>
    public void Schedule(Action run) => Execute(new ActionRunnable(run));

    /// <summary>Runs work on the dispatcher.</summary>
    public void Schedule(IRunnable run) => Execute(run);

    /// <summary>The dispatcher an actor is attached to; a pinned one gives each its own.</summary>
    internal virtual MessageDispatcher ForCell(ActorPath path) => this;

    /// <summary>An actor of this dispatcher has stopped.</summary>
    internal virtual void Detached()
    {
    }

    internal abstract void Execute(IRunnable work);

    internal virtual void Shutdown()
    {
    }
}
