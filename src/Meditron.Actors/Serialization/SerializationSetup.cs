using System.Collections.Immutable;
using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;

namespace Meditron.Actors.Serialization;

/// <summary>The serializers that a program gives its actor system in code, beside those of the configuration.</summary>
public sealed class SerializationSetup : Setup
{
    private SerializationSetup(Func<ExtendedActorSystem, ImmutableHashSet<SerializerDetails>> createSerializers)
    {
        CreateSerializers = createSerializers;
    }

    /// <summary>Makes the serializers of an actor system.</summary>
    public Func<ExtendedActorSystem, ImmutableHashSet<SerializerDetails>> CreateSerializers { get; }

    /// <summary>Creates a setup with a function that makes the serializers.</summary>
    public static SerializationSetup Create(Func<ExtendedActorSystem, ImmutableHashSet<SerializerDetails>> createSerializers)
    {
        ArgumentNullException.ThrowIfNull(createSerializers);
        return new SerializationSetup(createSerializers);
    }
}

/// <summary>One serializer with its name and the types that it is for.</summary>
public sealed class SerializerDetails
{
    private SerializerDetails(string alias, Serializer serializer, ImmutableHashSet<Type> useFor)
    {
        Alias = alias;
        Serializer = serializer;
        UseFor = useFor;
    }

    /// <summary>The serializer's name, as the configuration would have it.</summary>
    public string Alias { get; }

    /// <summary>The serializer.</summary>
    public Serializer Serializer { get; }

    /// <summary>The types (or base types, or interfaces) that it is for.</summary>
    public ImmutableHashSet<Type> UseFor { get; }

    /// <summary>Creates the details.</summary>
    public static SerializerDetails Create(string alias, Serializer serializer, ImmutableHashSet<Type> useFor)
    {
        ArgumentNullException.ThrowIfNull(alias);
        ArgumentNullException.ThrowIfNull(serializer);
        ArgumentNullException.ThrowIfNull(useFor);
        return new SerializerDetails(alias, serializer, useFor);
    }
}
