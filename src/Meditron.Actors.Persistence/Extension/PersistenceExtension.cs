using System.Buffers.Binary;
using System.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.Persistence.Journal;
using Meditron.Actors.Persistence.Serialization;
using Meditron.Actors.Util;

namespace Meditron.Actors.Persistence;

/// <summary>The persistence of an actor system: its journals and snapshot stores, each started when it is first used.</summary>
public class PersistenceExtension : IExtension
{
    private const string NoSnapshotStoreId = "akka.persistence.no-snapshot-store";
    private const string JournalFallback = "akka.persistence.journal-plugin-fallback";
    private const string SnapshotStoreFallback = "akka.persistence.snapshot-store-plugin-fallback";

    private readonly ExtendedActorSystem _system;
    private readonly ILoggingAdapter _log;
    private readonly Config _config;
    private readonly Random _writers;
    private readonly Lazy<IStashOverflowStrategy> _stashOverflowStrategy;
    private readonly Lazy<IActorRef> _recoveryPermitter;
    private readonly Lock _lock = new();
    private readonly Dictionary<string, Plugin> _plugins = new(StringComparer.Ordinal);
    private int _instances;

    /// <summary>Makes the extension; use <see cref="Persistence.Instance"/> instead.</summary>
    public PersistenceExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
        system.Settings.InjectTopLevelFallback(Persistence.DefaultConfig());
        PersistenceSerializers.Register(system);
        _log = Logging.GetLogger(system, this);
        _config = system.Settings.Config.GetConfig("akka.persistence");
        _writers = ((ActorSystemImpl)system).Runtime.NewRandom("persistence-writers");
        Settings = new PersistenceSettings(system, _config);
        _stashOverflowStrategy = new Lazy<IStashOverflowStrategy>(MakeStashOverflowStrategy);
        _recoveryPermitter = new Lazy<IActorRef>(() => system.SystemActorOf(RecoveryPermits.Props(Settings.MaxConcurrentRecoveries), "recoveryPermitter"));
        foreach (var id in _config.GetStringList("journal.auto-start-journals", []))
        {
            JournalFor(id);
        }

        foreach (var id in _config.GetStringList("snapshot-store.auto-start-snapshot-stores", []))
        {
            SnapshotStoreFor(id);
        }
    }

    /// <summary>What becomes of messages that a persistent actor's own stash cannot hold, where the actor does not say.</summary>
    public IStashOverflowStrategy DefaultInternalStashOverflowStrategy => _stashOverflowStrategy.Value;

    /// <summary>The settings.</summary>
    public PersistenceSettings Settings { get; }

    internal IActorRef RecoveryPermitter => _recoveryPermitter.Value;

    /// <summary>An id for an actor that is told by its path.</summary>
    public string PersistenceId(IActorRef actor)
    {
        ArgumentNullException.ThrowIfNull(actor);
        return actor.Path.ToStringWithoutAddress();
    }

    /// <summary>The event adapters of a journal; of the default one where the id is empty.</summary>
    public EventAdapters AdaptersFor(string? journalPluginId) => Journals(journalPluginId).Adapters;

    /// <summary>A journal; the default one where the id is empty.</summary>
    /// <exception cref="ConfigurationException">It is not configured, or its class is missing or wrong.</exception>
    public IActorRef JournalFor(string? journalPluginId) => Journals(journalPluginId).Actor;

    /// <summary>A snapshot store; the default one where the id is empty.</summary>
    /// <exception cref="ConfigurationException">It is not configured, or its class is missing or wrong.</exception>
    public IActorRef SnapshotStoreFor(string? snapshotPluginId) => PluginFor(Id(snapshotPluginId, "snapshot-store.plugin") ?? WithoutSnapshots(), SnapshotStoreFallback).Actor;

    /// <summary>Tells an instance of a persistent actor from those before a restart.</summary>
    internal int NextInstanceId() => Interlocked.Increment(ref _instances);

    /// <summary>Tells an incarnation of a persistent actor from all others, in all processes.</summary>
    internal string NewWriterGuid()
    {
        Span<byte> bytes = stackalloc byte[16];
        BinaryPrimitives.WriteInt32BigEndian(bytes, ((ActorSystemImpl)_system).SystemUid);
        lock (_lock)
        {
            _writers.NextBytes(bytes[sizeof(int)..]);
        }

        return new Guid(bytes, bigEndian: true).ToString();
    }

    /// <summary>The event adapters of a plugin, for the plugin's own actor.</summary>
    internal EventAdapters AdaptersFor(IActorRef plugin) => PluginOf(plugin)?.Adapters ?? IdentityEventAdapters.Instance;

    /// <summary>The configuration of a plugin, for the plugin's own actor.</summary>
    internal Config ConfigFor(IActorRef plugin) => PluginOf(plugin)?.Config
        ?? throw new InvalidOperationException($"{plugin} is no journal or snapshot store: those are made by the persistence extension, from their configuration.");

    internal TimeSpan RecoveryEventTimeout(string? journalPluginId) => Journals(journalPluginId).RecoveryEventTimeout;

    // A plugin's actor has its configuration path for a name.
    private Plugin? PluginOf(IActorRef plugin)
    {
        lock (_lock)
        {
            return _plugins.GetValueOrDefault(plugin.Path.Name);
        }
    }

    private Plugin Journals(string? id) => PluginFor(
        Id(id, "journal.plugin") ?? throw new ConfigurationException("akka.persistence.journal.plugin is empty; allowed is the configuration path of a journal."), JournalFallback);

    private string? Id(string? given, string key)
    {
        var id = string.IsNullOrEmpty(given) ? _config.GetString(key) : given;
        return string.IsNullOrEmpty(id) ? null : id;
    }

    private string WithoutSnapshots()
    {
        lock (_lock)
        {
            if (!_plugins.ContainsKey(NoSnapshotStoreId))
            {
                _log.Warning("No default snapshot store is configured: akka.persistence.snapshot-store.plugin is empty. Saving a snapshot fails.");
            }
        }

        return NoSnapshotStoreId;
    }

    private Plugin PluginFor(string path, string fallbackPath)
    {
        lock (_lock)
        {
            if (!_plugins.TryGetValue(path, out var plugin))
            {
                // Its actor asks for its own entry as soon as it runs, so the entry comes first.
                _plugins[path] = plugin = new Plugin(path, ConfigOf(path, fallbackPath), _system);
                try
                {
                    plugin.Start(_system);
                }
                catch (Exception)
                {
                    _plugins.Remove(path);
                    throw;
                }
            }

            return plugin;
        }
    }

    private Config ConfigOf(string path, string fallbackPath)
    {
        var all = _system.Settings.Config;
        return all.HasPath(path)
            ? all.GetConfig(path).WithFallback(all.GetConfig(fallbackPath))
            : throw new ConfigurationException($"The configuration has no section {path}. Give it one with class, or name another journal or snapshot store.");
    }

    private IStashOverflowStrategy MakeStashOverflowStrategy()
    {
        const string Key = "akka.persistence.internal-stash-overflow-strategy";
        var name = _config.GetString("internal-stash-overflow-strategy");
        return Activator.CreateInstance(TypeAliases.Resolve(name, Key)) is IStashOverflowStrategyConfigurator configurator
            ? configurator.Create(_system.Settings.Config)
            : throw new ConfigurationException($"{Key} is \"{name}\", which is no IStashOverflowStrategyConfigurator.");
    }

    private sealed class Plugin(string path, Config config, ExtendedActorSystem system)
    {
        private IActorRef? _actor;

        public Config Config { get; } = config;

        public EventAdapters Adapters { get; } = EventAdapters.Create(system, config);

        public TimeSpan RecoveryEventTimeout { get; } = config.GetTimeSpan("recovery-event-timeout", TimeSpan.FromSeconds(30), allowInfinite: false);

        public IActorRef Actor => _actor!;

        public void Start(ExtendedActorSystem owner)
        {
            var name = Config.GetString("class");
            if (string.IsNullOrWhiteSpace(name))
            {
                throw new ConfigurationException($"{path}.class is empty; allowed is the name of a class that derives from AsyncWriteJournal or SnapshotStore.");
            }

            var type = TypeAliases.Resolve(name, $"{path}.class");
            if (!typeof(ActorBase).IsAssignableFrom(type) || type.IsAbstract)
            {
                throw new ConfigurationException($"{path}.class is \"{name}\", which is no actor.");
            }

            const BindingFlags Any = BindingFlags.Instance | BindingFlags.Public | BindingFlags.NonPublic;
            object[] arguments = type.GetConstructor(Any, [typeof(Config)]) is null ? [] : [Config];
            _actor = owner.SystemActorOf(new Props(type, arguments).WithDispatcher(Config.GetString("plugin-dispatcher")), path);
        }
    }
}
