namespace Meditron.Actors.Actor;

/// <summary>The base of the engine's exceptions.</summary>
public abstract class AkkaException : Exception
{
    /// <summary>Makes the exception.</summary>
    protected AkkaException()
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    protected AkkaException(string? message, Exception? cause = null)
        : base(message, cause)
    {
    }

    /// <summary>The exception that caused this one.</summary>
    protected Exception? Cause => InnerException;
}

/// <summary>An actor could not be created.</summary>
public class ActorInitializationException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public ActorInitializationException()
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public ActorInitializationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public ActorInitializationException(string message, Exception cause)
        : base(message, cause)
    {
    }

    /// <summary>Makes the exception for an actor.</summary>
    public ActorInitializationException(IActorRef? actor, string message, Exception? cause = null)
        : base(message, cause) => Actor = actor;

    /// <summary>The actor that could not be created.</summary>
    public IActorRef? Actor { get; set; }

    /// <inheritdoc/>
    public override string ToString() => Actor is null ? base.ToString() : $"{Actor}: {base.ToString()}";
}

/// <summary>An actor's PreRestart hook threw.</summary>
public class PreRestartException : ActorInitializationException
{
    /// <summary>Makes the exception.</summary>
    public PreRestartException(IActorRef actor, Exception restartException, Exception cause, object? optionalMessage)
        : base(actor, $"PreRestart of {actor} failed: {restartException.Message}; the actor was being restarted because of: {cause.Message}", restartException)
    {
        RestartException = restartException;
        OptionalMessage = optionalMessage;
    }

    /// <summary>What PreRestart threw.</summary>
    public Exception RestartException { get; }

    /// <summary>The message that was being processed when the actor failed.</summary>
    public object? OptionalMessage { get; }
}

/// <summary>An actor's constructor or PostRestart hook threw while it was being restarted.</summary>
public class PostRestartException : ActorInitializationException
{
    /// <summary>Makes the exception.</summary>
    public PostRestartException(IActorRef actor, Exception cause, Exception originalCause)
        : base(actor, $"Restarting {actor} failed: {cause.Message}; it was being restarted because of: {originalCause.Message}", cause) => OriginalCause = originalCause;

    /// <summary>Why the actor was being restarted.</summary>
    public Exception OriginalCause { get; }
}

/// <summary>An actor that watches another received its <see cref="Terminated"/> and did not handle it.</summary>
public class DeathPactException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public DeathPactException(IActorRef deadActor)
        : base($"Monitored actor [{deadActor}] terminated, and its watcher did not handle the Terminated message.") => DeadActor = deadActor;

    /// <summary>The actor that stopped.</summary>
    public IActorRef DeadActor { get; }
}


/// <summary>An actor received <see cref="Kill"/>.</summary>
public class ActorKilledException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public ActorKilledException()
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public ActorKilledException(string message)
        : base(message)
    {
    }
}

/// <summary>No actor answered at a path.</summary>
public class ActorNotFoundException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public ActorNotFoundException()
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public ActorNotFoundException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>No reply to an ask came in time.</summary>
public class AskTimeoutException : AkkaException
{
    /// <summary>Makes the exception with a message.</summary>
    public AskTimeoutException(string message)
        : base(message)
    {
    }
}

/// <summary>A name is not allowed or taken.</summary>
public class InvalidActorNameException : AkkaException
{
    /// <summary>Makes the exception with a message.</summary>
    public InvalidActorNameException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public InvalidActorNameException(string message, Exception cause)
        : base(message, cause)
    {
    }
}

/// <summary>A name is not allowed.</summary>
public class IllegalActorNameException : AkkaException
{
    /// <summary>Makes the exception with a message.</summary>
    public IllegalActorNameException(string message)
        : base(message)
    {
    }
}

/// <summary>An operation is not allowed in an actor's present state.</summary>
public class IllegalActorStateException : AkkaException
{
    /// <summary>Makes the exception with a message.</summary>
    public IllegalActorStateException(string message)
        : base(message)
    {
    }
}

/// <summary>A message may not be sent.</summary>
public class InvalidMessageException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public InvalidMessageException()
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public InvalidMessageException(string message)
        : base(message)
    {
    }
}

/// <summary>A message did not fit into a bounded stash.</summary>
public class StashOverflowException : AkkaException
{
    /// <summary>Makes the exception with a message and its cause.</summary>
    public StashOverflowException(string message, Exception? innerException = null)
        : base(message, innerException)
    {
    }
}

/// <summary>The scheduler could not do what it was asked.</summary>
public sealed class SchedulerException : AkkaException
{
    /// <summary>Makes the exception with a message.</summary>
    public SchedulerException(string message)
        : base(message)
    {
    }
}

/// <summary>A logger did not start.</summary>
public class LoggerInitializationException : AkkaException
{
    /// <summary>Makes the exception.</summary>
    public LoggerInitializationException()
    {
    }

    /// <summary>Makes the exception with a message.</summary>
    public LoggerInitializationException(string message)
        : base(message)
    {
    }

    /// <summary>Makes the exception with a message and its cause.</summary>
    public LoggerInitializationException(string message, Exception? cause = null)
        : base(message, cause)
    {
    }
}
