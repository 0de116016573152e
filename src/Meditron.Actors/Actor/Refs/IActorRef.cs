namespace Meditron.Actors.Actor;

/// <summary>Something messages can be told to.</summary>
public interface ICanTell
{
    /// <summary>Sends a message, without waiting, at most once.</summary>
    void Tell(object message, IActorRef? sender);
}

/// <summary>Says whether a reference is to an actor of this process.</summary>
public interface IActorRefScope
{
    /// <summary>Whether the actor lives in this process.</summary>
    bool IsLocal { get; }
}

/// <summary>The handle of an actor: may be shared and sent anywhere, stays the same over restarts.</summary>
public interface IActorRef : ICanTell, IEquatable<IActorRef>, IComparable<IActorRef>, IComparable
{
    /// <summary>The actor's path, with its uid.</summary>
    ActorPath Path { get; }
}

/// <summary>What the engine itself needs of a reference.</summary>
internal interface IInternalActorRef : IActorRef, IActorRefScope
{
    IInternalActorRef? Parent { get; }

    IActorRefProvider Provider { get; }

    bool IsTerminated { get; }

    /// <summary>The actor at a relative path below this one, or <see cref="Nobody"/>.</summary>
    IActorRef GetChild(IReadOnlyList<string> name);

    void Start();

    void Resume(Exception? causedByFailure = null);

    void Suspend();

    void Restart(Exception cause);

    void Stop();

    void SendSystemMessage(Dispatch.SysMsg.SystemMessage message);
}
