namespace Meditron.Actors.Actor;

/// <summary>Where an actor is deployed.</summary>
public abstract class Scope : IEquatable<Scope>
{
    /// <summary>In this system.</summary>
    public static readonly LocalScope Local = LocalScope.Instance;

    /// <summary>Made by its subclasses.</summary>
    protected Scope()
    {
    }

    /// <summary>This scope, or another where this one says nothing.</summary>
    public abstract Scope WithFallback(Scope other);

    /// <summary>A copy.</summary>
    public abstract Scope Copy();

    /// <inheritdoc/>
    public virtual bool Equals(Scope? other) => other is not null && GetType() == other.GetType();

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Scope);

    /// <inheritdoc/>
    public override int GetHashCode() => GetType().GetHashCode();
}

/// <summary>In this system.</summary>
public class LocalScope : Scope
{
    private LocalScope()
    {
    }

    /// <summary>The only instance.</summary>
    public static LocalScope Instance { get; } = new();

    /// <inheritdoc/>
    public override Scope WithFallback(Scope other) => other;

    /// <inheritdoc/>
    public override Scope Copy() => this;
}

/// <summary>In the system at an address.</summary>
public class RemoteScope : Scope, IEquatable<RemoteScope>
{
    /// <summary>Made by its subclasses.</summary>
    protected RemoteScope() => Address = Address.AllSystems;

    /// <summary>Makes the scope.</summary>
    public RemoteScope(Address address) => Address = address;

    /// <summary>The system's address.</summary>
    public Address Address { get; set; }

    /// <inheritdoc/>
    public bool Equals(RemoteScope? other) => other is not null && Address == other.Address;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as RemoteScope);

    /// <inheritdoc/>
    public override int GetHashCode() => Address.GetHashCode();

    /// <inheritdoc/>
    public override Scope WithFallback(Scope other) => this;

    /// <inheritdoc/>
    public override Scope Copy() => new RemoteScope(Address);
}
