using System.Collections.Concurrent;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;
using Meditron.Actors.Event;
using Meditron.Actors.Util;

namespace Meditron.Actors.Persistence.Journal;

/// <summary>Knows which event adapter is for which type of events of one journal.</summary>
public class EventAdapters
{
    private readonly ConcurrentDictionary<Type, IEventAdapter> _found;
    private readonly KeyValuePair<Type, IEventAdapter>[] _bindings;

    /// <summary>Made by <see cref="Create"/>.</summary>
    protected EventAdapters(ConcurrentDictionary<Type, IEventAdapter> map, IEnumerable<KeyValuePair<Type, IEventAdapter>> bindings, ILoggingAdapter log)
    {
        _found = map;
        _bindings = [.. bindings];
    }

    /// <summary>Reads event-adapters and event-adapter-bindings of a journal's configuration.</summary>
    /// <exception cref="ConfigurationException">A name or a type is unknown, or a type is no event adapter.</exception>
    public static EventAdapters Create(ExtendedActorSystem system, Config config)
    {
        ArgumentNullException.ThrowIfNull(system);
        ArgumentNullException.ThrowIfNull(config);
        var adapters = Entries(config, "event-adapters").ToDictionary(entry => entry.Key, entry => Make(entry.Key, entry.Value.GetString(), system), StringComparer.Ordinal);
        var bindings = Entries(config, "event-adapter-bindings")
            .Select(entry => KeyValuePair.Create(TypeAliases.Resolve(entry.Key, "event-adapter-bindings"), Bound(entry, adapters)))
            .ToList();
        return bindings.Count == 0
            ? IdentityEventAdapters.Instance
            : new EventAdapters(new ConcurrentDictionary<Type, IEventAdapter>(), MostSpecificFirst(bindings), Logging.GetLogger(system, typeof(EventAdapters)));
    }

    /// <summary>The adapter of a type of events.</summary>
    public IEventAdapter Get<T>() => Get(typeof(T));

    /// <summary>The adapter of a type of events: the one bound to the type itself, else to the closest type that it derives from.</summary>
    public virtual IEventAdapter Get(Type type) => _found.GetOrAdd(type, static (type, bindings) =>
    {
        foreach (var (bound, adapter) in bindings)
        {
            if (bound.IsAssignableFrom(type))
            {
                return adapter;
            }
        }

        return IdentityEventAdapter.Instance;
    }, _bindings);

    private static IOrderedEnumerable<KeyValuePair<string, HoconValue>> Entries(Config config, string key) =>
        (config.GetConfig(key)?.AsEnumerable() ?? []).OrderBy(entry => entry.Key, StringComparer.Ordinal);

    private static IEventAdapter Bound(KeyValuePair<string, HoconValue> binding, Dictionary<string, IEventAdapter> adapters)
    {
        var names = binding.Value.IsArray() ? binding.Value.GetArray().Select(value => value.GetString()).ToArray() : [binding.Value.GetString()];
        var bound = names
            .Select(name => adapters.GetValueOrDefault(name)
                ?? throw new ConfigurationException($"event-adapter-bindings binds {binding.Key} to '{name}', which event-adapters does not have ({string.Join(", ", adapters.Keys.Order(StringComparer.Ordinal))})."))
            .ToArray();
        return bound.Length == 1 ? bound[0] : new CombinedReadEventAdapter(bound);
    }

    private static IEventAdapter Make(string name, string typeName, ExtendedActorSystem system)
    {
        var type = TypeAliases.Resolve(typeName, $"event-adapters.{name}");
        object? made;
        try
        {
            made = type.GetConstructor([typeof(ExtendedActorSystem)]) is { } withSystem ? withSystem.Invoke([system]) : Activator.CreateInstance(type);
        }
        catch (Exception e) when (e is MissingMethodException or System.Reflection.TargetInvocationException)
        {
            throw new ConfigurationException($"event-adapters.{name}: {typeName} cannot be made: {(e.InnerException ?? e).Message} It needs a constructor without parameters or with an ExtendedActorSystem.", e);
        }

        return made switch
        {
            IEventAdapter adapter => adapter,
            IWriteEventAdapter adapter => new NoopReadEventAdapter(adapter),
            IReadEventAdapter adapter => new NoopWriteEventAdapter(adapter),
            _ => throw new ConfigurationException($"event-adapters.{name} is \"{typeName}\", which is no IEventAdapter, IWriteEventAdapter or IReadEventAdapter."),
        };
    }

    private static List<KeyValuePair<Type, IEventAdapter>> MostSpecificFirst(List<KeyValuePair<Type, IEventAdapter>> bindings)
    {
        var sorted = new List<KeyValuePair<Type, IEventAdapter>>();
        foreach (var binding in bindings)
        {
            var at = sorted.FindIndex(other => other.Key.IsAssignableFrom(binding.Key));
            sorted.Insert(at < 0 ? sorted.Count : at, binding);
        }

        return sorted;
    }
}

/// <summary>The adapters of a journal that has none.</summary>
internal sealed class IdentityEventAdapters : EventAdapters
{
    public static readonly EventAdapters Instance = new IdentityEventAdapters();

    private IdentityEventAdapters()
        : base(new ConcurrentDictionary<Type, IEventAdapter>(), [], null!)
    {
    }

    public override IEventAdapter Get(Type type) => IdentityEventAdapter.Instance;
}
