using Meditron.Actors.Serialization;

namespace Meditron.Actors.Actor;

/// <summary>Makes and finds references: for this process alone, over the network, or in a cluster.</summary>
internal interface IActorRefProvider
{
    ActorSystemImpl SystemImpl { get; }

    IInternalActorRef RootGuardian { get; }

    LocalActorRef Guardian { get; }

    LocalActorRef SystemGuardian { get; }

    IActorRef DeadLetters { get; }

    IActorRef IgnoreRef { get; }

    ActorPath RootPath { get; }

    Settings Settings { get; }

    /// <summary>Ends when all actors have stopped.</summary>
    Task TerminationTask { get; }

    IInternalActorRef TempContainer { get; }

    /// <summary>The address others reach this system at; a local one without remoting.</summary>
    Address DefaultAddress { get; }

    /// <summary>What references in messages are written with.</summary>
    Information SerializationInformation { get; }

    void Init(ActorSystemImpl system);

    ActorPath TempPath();

    void RegisterTempActor(IInternalActorRef actorRef, ActorPath path);

    void UnregisterTempActor(ActorPath path);

    /// <summary>Makes the reference of a new actor, local, remote or routed; the caller starts it.</summary>
    IInternalActorRef ActorOf(ActorSystemImpl system, Props props, IInternalActorRef supervisor, ActorPath path, bool systemService);

    /// <summary>The reference at a path; one to nobody's place where there is no actor.</summary>
    IActorRef ResolveActorRef(string path);

    IActorRef ResolveActorRef(ActorPath path);

    /// <summary>The root of the system at an address.</summary>
    IActorRef RootGuardianAt(Address address);

    /// <summary>The address of this system as another one sees it; null when it cannot be reached from there.</summary>
    Address? GetExternalAddressFor(Address address);
}
