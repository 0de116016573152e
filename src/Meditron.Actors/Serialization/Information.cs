using Meditron.Actors.Actor;

namespace Meditron.Actors.Serialization;

/// <summary>For which system, reachable at which address, something is being serialized.</summary>
public sealed class Information : IEquatable<Information>
{
    /// <summary>Creates the information.</summary>
    public Information(Address address, ActorSystem system)
    {
        Address = address;
        System = system;
    }

    /// <summary>The address that references to the system's actors get.</summary>
    public Address Address { get; }

    /// <summary>The system.</summary>
    public ActorSystem System { get; }

    /// <summary>Whether both name the same system and address.</summary>
    public static bool operator ==(Information? left, Information? right) => Equals(left, right);

    /// <summary>Whether they name different systems or addresses.</summary>
    public static bool operator !=(Information? left, Information? right) => !Equals(left, right);

    /// <inheritdoc/>
    public bool Equals(Information? other) => other is not null && Equals(Address, other.Address) && ReferenceEquals(System, other.System);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Information);

    /// <inheritdoc/>
    public override int GetHashCode() => Address?.GetHashCode() ?? 0;
}
