namespace Meditron.Actors.Actor.Setup;

/// <summary>A typed part of what an actor system is made from, beside its configuration.</summary>
public abstract class Setup
{
    /// <summary>Both setups together.</summary>
    public ActorSystemSetup And(Setup other) => ActorSystemSetup.Create(this, other);
}
