namespace Meditron.Actors.Actor;

/// <summary>Makes the instances of an actor.</summary>
public interface IIndirectActorProducer
{
    /// <summary>The type of what it makes.</summary>
    Type ActorType { get; }

    /// <summary>Makes an instance.</summary>
    ActorBase Produce();

    /// <summary>An instance is not needed any more.</summary>
    void Release(ActorBase actor);
}
