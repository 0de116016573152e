using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Reflection;
using System.Runtime.Serialization;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;
using Meditron.Actors.Event;
using Meditron.Actors.Util;

namespace Meditron.Actors.Serialization;

/// <summary>Knows the serializers of an actor system and which types are bound to which.</summary>
internal sealed class SerializerRegistry
{
    internal const string SerializersKey = "akka.actor.serializers";
    internal const string BindingsKey = "akka.actor.serialization-bindings";
    private readonly Lock _changes = new();
    private readonly ILoggingAdapter _log;
    private volatile ImmutableDictionary<int, Serializer> _byId = ImmutableDictionary<int, Serializer>.Empty;
    private volatile ImmutableDictionary<string, Serializer> _byName = ImmutableDictionary.Create<string, Serializer>(StringComparer.Ordinal);
    private volatile ImmutableDictionary<Type, Serializer> _bindings = ImmutableDictionary<Type, Serializer>.Empty;
    private volatile ConcurrentDictionary<Type, Serializer> _found = new();

    private SerializerRegistry(ExtendedActorSystem system, ILoggingAdapter log)
    {
        _log = log;
        Null = new NullSerializer(system);
        Add("null", Null);
    }

    internal Serializer Null { get; }

    internal static SerializerRegistry Load(ExtendedActorSystem system, ILoggingAdapter log)
    {
        SerializerRegistry registry = new(system, log);
        Option<SerializationSetup> setup = system.Settings.Setup.Get<SerializationSetup>();
        SerializerDetails[] inCode = setup.HasValue
            ? [.. setup.Value.CreateSerializers(system).OrderBy(d => d.Alias, StringComparer.Ordinal)]
            : [];
        foreach ((string name, HoconValue value) in Entries(system, SerializersKey))
        {
            if (!inCode.Any(d => d.Alias == name))
            {
                registry.Add(name, Create(name, value.GetString(), system));
            }
        }

        foreach (SerializerDetails details in inCode)
        {
            registry.Add(details.Alias, details.Serializer);
        }

        foreach ((string typeName, HoconValue value) in Entries(system, BindingsKey))
        {
            string name = value.GetString();
            if (name is "none" or "")
            {
                continue;
            }

            if (!registry._byName.TryGetValue(name, out Serializer? serializer))
            {
                throw new ConfigurationException($"{BindingsKey}.\"{typeName}\" names the serializer '{name}', which {SerializersKey} does not have ({registry.Names()}).");
            }

            registry.Bind(TypeAliases.Resolve(typeName, BindingsKey), serializer);
        }

        foreach (SerializerDetails details in inCode)
        {
            foreach (Type type in details.UseFor)
            {
                registry.Bind(type, details.Serializer);
            }
        }

        return registry;
    }

    internal void Add(string name, Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(name);
        ArgumentNullException.ThrowIfNull(serializer);
        lock (_changes)
        {
            int id = serializer.Identifier;
            if (_byId.TryGetValue(id, out Serializer? other) && other.GetType() != serializer.GetType())
            {
                throw new ConfigurationException(
                    $"The serializers {other.GetType().FullName} and {serializer.GetType().FullName} ('{name}') have the same identifier {id}; an identifier stands for one serializer only.");
            }

            _byId = _byId.SetItem(id, serializer);
            _byName = _byName.SetItem(name, serializer);
        }
    }

    internal void Bind(Type type, Serializer serializer)
    {
        ArgumentNullException.ThrowIfNull(type);
        ArgumentNullException.ThrowIfNull(serializer);
        lock (_changes)
        {
            (serializer as ProtobufSerializer)?.Register(type);
            _bindings = _bindings.SetItem(type, serializer);
            _found = new ConcurrentDictionary<Type, Serializer>();
        }
    }

    internal Serializer? ById(int identifier) => _byId.GetValueOrDefault(identifier);

    internal Serializer Find(Type type, string? defaultName)
    {
        ArgumentNullException.ThrowIfNull(type);
        ConcurrentDictionary<Type, Serializer> found = _found;
        if (found.TryGetValue(type, out Serializer? serializer))
        {
            return serializer;
        }

        serializer = Search(type);
        if (serializer is null)
        {
            return defaultName is not null && _byName.TryGetValue(defaultName, out Serializer? named) ? named : throw Unbound(type);
        }

        found[type] = serializer;
        return serializer;
    }

    /// <summary>The type that a manifest names, which must be bound to the serializer: nothing else is ever looked up from the wire.</summary>
    internal Type BoundType(string manifest, Serializer serializer)
    {
        string name = manifest.Split(',')[0].Trim();
        string? assembly = manifest.Contains(',', StringComparison.Ordinal) ? manifest.Split(',')[1].Trim() : null;
        Type? type = _bindings.Keys.FirstOrDefault(t => t.FullName == name && (assembly is null || t.Assembly.GetName().Name == assembly));

        // A type may be bound by a base type or an interface; then it is in an assembly that is loaded already.
        type ??= AppDomain.CurrentDomain.GetAssemblies()
            .Where(a => assembly is not null && a.GetName().Name == assembly)
            .Select(a => a.GetType(name, throwOnError: false))
            .FirstOrDefault(t => t is not null);
        return type is not null && Search(type)?.Identifier == serializer.Identifier
            ? type
            : throw new SerializationException($"Refused a message: its manifest [{manifest}] names no type that is bound to serializer {serializer.Identifier} ({serializer.GetType().Name}) here.");
    }

    private static IEnumerable<KeyValuePair<string, HoconValue>> Entries(ExtendedActorSystem system, string key) =>
        system.Settings.Config.GetConfig(key)?.AsEnumerable().OrderBy(e => e.Key, StringComparer.Ordinal) ?? Enumerable.Empty<KeyValuePair<string, HoconValue>>();

    private static Serializer Create(string name, string typeName, ExtendedActorSystem system)
    {
        string key = $"{SerializersKey}.{name}";
        Type type = TypeAliases.Resolve(typeName, key);
        if (!typeof(Serializer).IsAssignableFrom(type) || type.IsAbstract)
        {
            throw new ConfigurationException($"{key} names {typeName}, which is no serializer.");
        }

        const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
        try
        {
            if (type.GetConstructor(Any, [typeof(ExtendedActorSystem), typeof(Config)]) is { } configured)
            {
                return (Serializer)configured.Invoke([system, system.Settings.Config.GetConfig($"akka.actor.serialization-settings.{name}") ?? Config.Empty]);
            }

            return type.GetConstructor(Any, [typeof(ExtendedActorSystem)]) is { } plain
                ? (Serializer)plain.Invoke([system])
                : throw new ConfigurationException($"{key} names {typeName}, which has no constructor with an ExtendedActorSystem.");
        }
        catch (TargetInvocationException e)
        {
            throw new ConfigurationException($"{key}: the constructor of {typeName} failed: {e.InnerException?.Message}", e.InnerException);
        }
    }

    // The type itself, then its base types, nearest first, then the interfaces that no other bound interface refines, then object.
    private Serializer? Search(Type type)
    {
        ImmutableDictionary<Type, Serializer> bindings = _bindings;
        for (Type? each = type; each is not null && each != typeof(object); each = each.BaseType)
        {
            if (bindings.TryGetValue(each, out Serializer? byClass))
            {
                return byClass;
            }
        }

        Type[] interfaces = type.GetInterfaces().Where(bindings.ContainsKey).ToArray();
        Type[] closest = interfaces
            .Where(i => !interfaces.Any(other => other != i && i.IsAssignableFrom(other)))
            .OrderBy(i => i.FullName, StringComparer.Ordinal)
            .ToArray();
        if (closest.Length == 0)
        {
            return bindings.GetValueOrDefault(typeof(object));
        }

        if (closest.Select(i => bindings[i].Identifier).Distinct().Skip(1).Any())
        {
            _log.Warning(
                "The type {0} is bound to several serializers, by its interfaces {1}; the binding of {2} is used. Bind the type itself under {3} to choose.",
                type,
                string.Join(", ", closest.Select(i => i.FullName)),
                closest[0].FullName,
                BindingsKey);
        }

        return bindings[closest[0]];
    }

    private SerializationException Unbound(Type type) => new(
        $"Cannot serialize a {type.FullName}: no serializer is bound to it, its base types or its interfaces, and only registered types are ever sent or stored. "
        + $"Bind it under {BindingsKey} (\"{type.TypeQualifiedName()}\" = NAME, with NAME one of {Names()}) or with a SerializationSetup.");

    private string Names() => string.Join(", ", _byName.Keys.Order(StringComparer.Ordinal));
}
