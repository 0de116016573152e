namespace Meditron.Actors.Actor;

/// <summary>The root of a system's tree.</summary>
public sealed class RootActorPath : ActorPath
{
    /// <summary>Makes the root of an address.</summary>
    public RootActorPath(Address address, string name = "")
        : base(address, name) => RootAddress = address;

    /// <summary>Kept by the root alone: a path below it holds its parent, name and uid only.</summary>
    internal Address RootAddress { get; }
}
