using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>A logger without a mailbox: it writes in the thread that logs, before actors run and after they have stopped.</summary>
internal abstract class MinimalLogger : MinimalActorRef
{
    /// <summary>Creates a logger that lets all entries pass.</summary>
    protected MinimalLogger()
    {
    }

    /// <summary>Decides which entries are written.</summary>
    public LogFilterEvaluator Filter { get; internal set; } = LogFilterEvaluator.NoFilters;

    /// <inheritdoc/>
    public sealed override IActorRefProvider Provider => throw new NotSupportedException("A minimal logger belongs to no actor system.");

    /// <inheritdoc/>
    public sealed override ActorPath Path { get; } = new RootActorPath(Address.AllSystems) / "StandardOutLogger";

    /// <inheritdoc/>
    protected sealed override void TellInternal(object message, IActorRef? sender)
    {
        if (message is InitializeLogger)
        {
            sender?.Tell(new LoggerInitialized(), this);
        }
        else if (message is not LogEvent entry || Filter.ShouldTryKeepMessage(entry, out _))
        {
            Log(message);
        }
    }

    /// <summary>Writes one entry.</summary>
    protected abstract void Log(object message);
}
