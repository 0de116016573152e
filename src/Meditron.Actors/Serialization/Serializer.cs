using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Serialization;

/// <summary>Turns objects of the types bound to it into bytes and back.</summary>
public abstract class Serializer
{
    /// <summary>The actor system whose messages this serializer handles.</summary>
    protected readonly ExtendedActorSystem system;

    private int? _identifier;

    /// <summary>Creates a serializer of an actor system.</summary>
    protected Serializer(ExtendedActorSystem system)
    {
        this.system = system;
    }

    /// <summary>The number that stands for this serializer on the wire and in journals; by default from <c>akka.actor.serialization-identifiers</c>.</summary>
    public virtual int Identifier => _identifier ??= SerializerIdentifierHelper.GetSerializerIdentifierFromConfig(GetType(), system);

    /// <summary>Whether the type must be sent along with the bytes.</summary>
    public abstract bool IncludeManifest { get; }

    /// <summary>The bytes of an object.</summary>
    public abstract byte[] ToBinary(object obj);

    /// <summary>The bytes of an object in which actor references carry the given address.</summary>
    public byte[] ToBinaryWithAddress(Address address, object obj) => Serialization.WithTransport(system, address, () => ToBinary(obj));

    /// <summary>The object that <paramref name="bytes"/> hold.</summary>
    public abstract object FromBinary(byte[] bytes, Type type);

    /// <summary>The object that <paramref name="bytes"/> hold.</summary>
    /// <typeparam name="T">Its type.</typeparam>
    public T FromBinary<T>(byte[] bytes) => (T)FromBinary(bytes, typeof(T));
}

/// <summary>A serializer that names what it writes by a short string of its own (the manifest) instead of a type's name.</summary>
public abstract class SerializerWithStringManifest : Serializer
{
    /// <summary>Creates a serializer of an actor system.</summary>
    protected SerializerWithStringManifest(ExtendedActorSystem system)
        : base(system)
    {
    }

    /// <inheritdoc/>
    public sealed override bool IncludeManifest => true;

    /// <inheritdoc/>
    public sealed override object FromBinary(byte[] bytes, Type type) => FromBinary(bytes, type is null ? string.Empty : type.TypeQualifiedName());

    /// <summary>The object that <paramref name="bytes"/> hold; a manifest it does not know is refused with an exception.</summary>
    public abstract object FromBinary(byte[] bytes, string manifest);

    /// <summary>The manifest of an object's type.</summary>
    public abstract string Manifest(object o);
}

/// <summary>Reads the identifiers of serializers from the configuration.</summary>
public static class SerializerIdentifierHelper
{
    internal const string Key = "akka.actor.serialization-identifiers";

    /// <summary>The identifier of a type of serializers under <c>akka.actor.serialization-identifiers</c>.</summary>
    public static int GetSerializerIdentifierFromConfig(Type type, ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(system);
        Config? identifiers = system.Settings.Config.GetConfig(Key);
        if (identifiers is not null)
        {
            foreach ((string name, Configuration.Hocon.HoconValue value) in identifiers.AsEnumerable())
            {
                if (TypeAliases.TryResolve(name) == type)
                {
                    return value.GetInt();
                }
            }
        }

        throw new ConfigurationException($"The serializer {type.FullName} has no identifier. Add \"{type.TypeQualifiedName()}\" = NUMBER under {Key}, or override Identifier.");
    }
}
