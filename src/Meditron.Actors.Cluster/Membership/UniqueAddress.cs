using System.Globalization;
using Meditron.Actors.Actor;

namespace Meditron.Actors.Cluster;

/// <summary>Tells one incarnation of a node from the next at the same address: the address with the uid of the running actor system.</summary>
public class UniqueAddress : IEquatable<UniqueAddress>, IComparable<UniqueAddress>, IComparable
{
    private VectorClock.Node? _clockNode;

    /// <summary>Makes the identity of the incarnation <paramref name="uid"/> at <paramref name="address"/>.</summary>
    public UniqueAddress(Address address, int uid)
    {
        ArgumentNullException.ThrowIfNull(address);
        Address = address;
        Uid = uid;
    }

    /// <summary>Where the node is reached.</summary>
    public Address Address { get; }

    /// <summary>The random number the actor system drew when it started.</summary>
    public int Uid { get; }

    /// <summary>The name under which the node counts its changes in versions.</summary>
    internal VectorClock.Node ClockNode => _clockNode ??= VectorClock.Node.Create(Address + "-" + Uid.ToString(CultureInfo.InvariantCulture));

    /// <inheritdoc/>
    public bool Equals(UniqueAddress? other) => ReferenceEquals(this, other) || other is not null && Uid == other.Uid && Address.Equals(other.Address);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as UniqueAddress);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Address, Uid);

    /// <summary>Orders by host and port, then by uid.</summary>
    public int CompareTo(UniqueAddress? other)
    {
        if (ReferenceEquals(this, other))
        {
            return 0;
        }

        if (other is null)
        {
            return 1;
        }

        var byAddress = Member.AddressOrdering.Compare(Address, other.Address);
        return byAddress != 0 ? byAddress : Uid.CompareTo(other.Uid);
    }

    int IComparable.CompareTo(object? obj) => obj switch
    {
        null => 1,
        UniqueAddress other => CompareTo(other),
        _ => throw new ArgumentException($"A UniqueAddress is compared with another one only, not with {obj.GetType()}.", nameof(obj)),
    };

    /// <inheritdoc/>
    public override string ToString() => $"UniqueAddress: ({Address}, {Uid})";

    /// <summary>Whether both stand for the same incarnation of the same node.</summary>
    public static bool operator ==(UniqueAddress? left, UniqueAddress? right) => left is null ? right is null : left.Equals(right);

    /// <summary>Whether they stand for different nodes or incarnations.</summary>
    public static bool operator !=(UniqueAddress? left, UniqueAddress? right) => !(left == right);
}
