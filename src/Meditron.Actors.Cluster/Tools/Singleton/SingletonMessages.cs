using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.Cluster.Tools.Singleton;

/// <summary>Between singleton managers: from one incarnation of a node to another.</summary>
internal interface IHandOverMessage : IClusterSingletonMessage, IDeadLetterSuppression
{
    UniqueAddress From { get; }

    UniqueAddress To { get; }
}

/// <summary>"I come next: stop the singleton if you have it, and tell me."</summary>
internal sealed record HandOverToMe(UniqueAddress From, UniqueAddress To) : IHandOverMessage;

/// <summary>"The singleton is stopping here."</summary>
internal sealed record HandOverInProgress(UniqueAddress From, UniqueAddress To) : IHandOverMessage;

/// <summary>"I have no singleton, and will start none as long as you are there."</summary>
internal sealed record HandOverDone(UniqueAddress From, UniqueAddress To) : IHandOverMessage;

/// <summary>"I have the singleton and you come next: ask me for it."</summary>
internal sealed record TakeOverFromMe(UniqueAddress From, UniqueAddress To) : IHandOverMessage;

/// <summary>Asks a manager where its singleton is; answered as soon as it runs there.</summary>
internal sealed record LocateSingleton : IClusterSingletonMessage, IDeadLetterSuppression
{
    public static readonly LocateSingleton Instance = new();
}

/// <summary>The singleton runs on this node.</summary>
internal sealed record SingletonLocated(UniqueAddress From, IActorRef Singleton) : IClusterSingletonMessage, IDeadLetterSuppression;
