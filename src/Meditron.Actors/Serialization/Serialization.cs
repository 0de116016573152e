using System.Runtime.Serialization;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;
using Meditron.Actors.Util;

namespace Meditron.Actors.Serialization;

/// <summary>
/// Serializes the messages of an actor system with the serializers bound to their types. Only types that are bound, here or at
/// the sender, ever pass: there is no serializer for everything.
/// </summary>
public class Serialization
{
    // Payloads hold payloads (a status in an identity in a wrapper ...); a message that nests deeper than any real one is refused.
    private const int MaximumNesting = 32;

    [ThreadStatic]
    private static Information? _transport;

    [ThreadStatic]
    private static int _nesting;

    private readonly SerializerRegistry _registry;
    private ILoggingAdapter? _log;

    /// <summary>Creates the serialization of an actor system from its configuration and setup.</summary>
    public Serialization(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        System = system;
        _registry = SerializerRegistry.Load(system, Log);
    }

    /// <summary>The actor system.</summary>
    public ExtendedActorSystem System { get; }

    private ILoggingAdapter Log => _log ??= Logging.GetLogger(System, this);

    /// <summary>Runs an action with references serialized as the system's transport has them.</summary>
    /// <typeparam name="T">The action's result.</typeparam>
    public static T WithTransport<T>(ExtendedActorSystem system, Func<T> action)
    {
        ArgumentNullException.ThrowIfNull(action);
        return WithTransport(system, action, static run => run());
    }

    /// <summary>Runs an action with references serialized as the system's transport has them.</summary>
    /// <typeparam name="TState">What the action is given.</typeparam>
    /// <typeparam name="T">The action's result.</typeparam>
    public static T WithTransport<TState, T>(ExtendedActorSystem system, TState state, Func<TState, T> action)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(action);
        Information? before = _transport;
        if (before is not null && ReferenceEquals(before.System, system))
        {
            return action(state);
        }

        return With(system.Provider.SerializationInformation, state, action);
    }

    /// <summary>What is being serialized for, inside <see cref="WithTransport{T}(ExtendedActorSystem, Func{T})"/>.</summary>
    public static Information GetCurrentTransportInformation() => _transport
        ?? throw new InvalidOperationException("Nothing is being serialized in this thread; call WithTransport around it.");

    /// <summary>The path of an actor as it is written into messages: with an address at which the receiver reaches it.</summary>
    public static string SerializedActorPath(IActorRef? actorRef)
    {
        if (actorRef is null)
        {
            return string.Empty;
        }

        ActorPath path = actorRef.Path;
        ExtendedActorSystem? home = (actorRef as LocalActorRef)?.Cell.SystemImpl;
        if (_transport is not { } transport)
        {
            return home is null ? path.ToSerializationFormat() : path.ToSerializationFormatWithAddress(home.Provider.DefaultAddress);
        }

        if (home is null || ReferenceEquals(home, transport.System))
        {
            return path.ToSerializationFormatWithAddress(transport.Address);
        }

        Address address = home.Provider.GetExternalAddressFor(transport.Address) ?? home.Provider.DefaultAddress;
        return path.ToSerializationFormatWithAddress(address);
    }

    /// <summary>The manifest to send with an object: the serializer's own, or the type's name, or nothing.</summary>
    public static string ManifestFor(Serializer s, object msg)
    {
        ArgumentNullException.ThrowIfNull(s);
        return s switch
        {
            SerializerWithStringManifest named => named.Manifest(msg),
            { IncludeManifest: true } when msg is not null => msg.GetType().TypeQualifiedName(),
            _ => string.Empty,
        };
    }

    /// <summary>Adds a serializer; one with the identifier of another is refused.</summary>
    public void AddSerializer(string name, Serializer serializer) => _registry.Add(name, serializer);

    /// <summary>Binds a type, and all types that have no closer binding and derive from it, to a serializer.</summary>
    public void AddSerializationMap(Type type, Serializer serializer) => _registry.Bind(type, serializer);

    /// <summary>The serializer of an object's type; an error that says how to bind it if there is none.</summary>
    public Serializer FindSerializerFor(object obj, string? defaultSerializerName = null) =>
        obj is null ? _registry.Null : FindSerializerForType(obj.GetType(), defaultSerializerName);

    /// <summary>The serializer of a type; an error that says how to bind it if there is none.</summary>
    public Serializer FindSerializerForType(Type objectType, string? defaultSerializerName = null) => _registry.Find(objectType, defaultSerializerName);

    /// <summary>The bytes of an object.</summary>
    public byte[] Serialize(object o) => WithTransport(System, (Self: this, Object: o), static s => s.Self.FindSerializerFor(s.Object).ToBinary(s.Object));

    /// <summary>The object in <paramref name="bytes"/>, whose serializer and manifest came with them; errors name both.</summary>
    public object Deserialize(byte[] bytes, int serializerId, string manifest)
    {
        Serializer serializer = ById(bytes, serializerId, manifest);
        return Guarded(bytes, serializer, manifest, static (bytes, serializer, manifest, registry) => serializer switch
        {
            SerializerWithStringManifest named => named.FromBinary(bytes, manifest ?? string.Empty),
            _ when string.IsNullOrEmpty(manifest) => serializer.FromBinary(bytes, null!),
            _ => serializer.FromBinary(bytes, registry.BoundType(manifest, serializer)),
        });
    }

    /// <summary>The object in <paramref name="bytes"/>, whose serializer came with them and whose type is known.</summary>
    public object Deserialize(byte[] bytes, int serializerId, Type type)
    {
        Serializer serializer = ById(bytes, serializerId, type?.FullName);
        return Guarded(bytes, serializer, type, static (bytes, serializer, type, _) => serializer.FromBinary(bytes, type!));
    }

    /// <summary>The reference to the actor at a serialized path.</summary>
    public IActorRef DeserializeActorRef(string path) => System.Provider.ResolveActorRef(path);

    /// <summary>Runs an action with references serialized with the given address.</summary>
    internal static T WithTransport<T>(ExtendedActorSystem system, Address address, Func<T> action) =>
        With(new Information(address, system), action, static run => run());

    /// <summary>
    /// What the receiver of a message would get if it had come from another process: for
    /// <c>akka.actor.serialize-messages</c>, which finds messages that cannot be sent while all actors are still local.
    /// </summary>
    internal object SerializeAndDeserialize(object message)
    {
        object inner = message is DeadLetter letter ? letter.Message : message;
        if (inner is INoSerializationVerificationNeeded)
        {
            return message;
        }

        Serializer serializer = FindSerializerFor(inner);
        byte[] bytes = WithTransport(System, (serializer, inner), static s => s.serializer.ToBinary(s.inner));
        object copy = Deserialize(bytes, serializer.Identifier, ManifestFor(serializer, inner));
        return message is DeadLetter original ? new DeadLetter(copy, original.Sender, original.Recipient) : copy;
    }

    private static T With<TState, T>(Information information, TState state, Func<TState, T> action)
    {
        Information? before = _transport;
        _transport = information;
        try
        {
            return action(state);
        }
        finally
        {
            _transport = before;
        }
    }

    private Serializer ById(byte[] bytes, int serializerId, string? manifest) => _registry.ById(serializerId) ?? throw new SerializationException(
        $"Cannot deserialize a message of {bytes?.Length ?? 0} bytes: no serializer has identifier {serializerId} (manifest [{manifest}]). "
        + "The sender's akka.actor.serializers must be configured here too.");

    private object Guarded<TManifest>(
        byte[] bytes,
        Serializer serializer,
        TManifest manifest,
        Func<byte[], Serializer, TManifest, SerializerRegistry, object> read)
    {
        if (_nesting >= MaximumNesting)
        {
            throw new SerializationException($"Refused a message nested deeper than {MaximumNesting} levels (serializer {serializer.Identifier}, manifest [{manifest}]).");
        }

        _nesting++;
        try
        {
            return With(System.Provider.SerializationInformation, 0, _ => read(bytes, serializer, manifest, _registry));
        }
        catch (SerializationException)
        {
            throw;
        }
        catch (Exception e)
        {
            throw new SerializationException(
                $"Cannot deserialize a message of {bytes?.Length ?? 0} bytes with {serializer.GetType().Name} (identifier {serializer.Identifier}, manifest [{manifest}]): {e.Message}", e);
        }
        finally
        {
            _nesting--;
        }
    }
}
