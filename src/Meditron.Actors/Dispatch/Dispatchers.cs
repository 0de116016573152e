using System.Collections.Concurrent;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Dispatch;

/// <summary>Makes dispatchers from their configuration, each once.</summary>
public sealed class Dispatchers
{
    /// <summary>The dispatcher of actors that name none.</summary>
    public const string DefaultDispatcherId = "akka.actor.default-dispatcher";

    /// <summary>The dispatcher for work that blocks.</summary>
    public const string DefaultBlockingDispatcherId = "akka.actor.default-blocking-io-dispatcher";

    /// <summary>The dispatcher that runs in the thread of the synchronization context that made it.</summary>
    public const string SynchronizedDispatcherId = "akka.actor.synchronized-dispatcher";

    internal const string InternalDispatcherId = "akka.actor.internal-dispatcher";

    internal const string CallingThreadDispatcherId = "akka.test.calling-thread-dispatcher";

    private const int MaxAliases = 20;

    private readonly Settings _settings;
    private readonly EngineRuntime _runtime;
    private readonly ConcurrentDictionary<string, Lazy<MessageDispatcher>> _made = new(StringComparer.Ordinal);

    internal Dispatchers(Settings settings, EngineRuntime runtime)
    {
        _settings = settings;
        _runtime = runtime;
        DefaultGlobalDispatcher = Lookup(DefaultDispatcherId);
    }

    /// <summary>The dispatcher of actors that name none.</summary>
    public MessageDispatcher DefaultGlobalDispatcher { get; }

    /// <summary>The configuration of the default dispatcher, which stands behind every other.</summary>
    public Config DefaultDispatcherConfig => Configuration.GetConfig(DefaultDispatcherId);

    /// <summary>Whether the configuration has such a dispatcher.</summary>
    public bool HasDispatcher(string id) => _made.ContainsKey(id) || Configuration.HasPath(id) || id == CallingThreadDispatcherId;

    /// <summary>The dispatcher of a configuration path.</summary>
    /// <exception cref="ConfigurationException">There is none, or it is not valid.</exception>
    public MessageDispatcher Lookup(string dispatcherName)
    {
        var made = _made.GetOrAdd(dispatcherName, static (id, self) => new Lazy<MessageDispatcher>(() => self.Make(id)), this);
        try
        {
            return made.Value;
        }
        catch (Exception)
        {
            // Its configuration may come later, and there is nothing to shut down.
            _made.TryRemove(KeyValuePair.Create(dispatcherName, made));
            throw;
        }
    }

    // Read each time: an extension's defaults may come later.
    private Config Configuration => _settings.Config;

    internal void Shutdown()
    {
        foreach (var dispatcher in _made.Values)
        {
            if (dispatcher.IsValueCreated)
            {
                dispatcher.Value.Shutdown();
            }
        }
    }

    private MessageDispatcher Make(string id)
    {
        if (id == CallingThreadDispatcherId)
        {
            return new CallingThreadDispatcher(id);
        }

        var path = id;
        for (var i = 0; Configuration.HasPath(path) && Configuration.GetValue(path)!.IsString(); i++)
        {
            // A string in the place of a section names another dispatcher.
            path = i < MaxAliases ? Configuration.GetString(path) : throw new ConfigurationException($"Dispatcher '{id}' cannot be made: its alias goes through more than {MaxAliases} others, so it has a circle.");
            if (path == CallingThreadDispatcherId)
            {
                return new CallingThreadDispatcher(id);
            }
        }

        if (!Configuration.HasPath(path))
        {
            throw new ConfigurationException($"Dispatcher '{id}' is not configured: add a section '{path} {{ type = Dispatcher }}', or use {DefaultDispatcherId}.");
        }

        var settings = path == DefaultDispatcherId ? Configuration.GetConfig(path) : Configuration.GetConfig(path).WithFallback(DefaultDispatcherConfig);
        var throughput = settings.GetInt("throughput", MessageDispatcher.DefaultThroughput);
        if (throughput < 1)
        {
            throw new ConfigurationException($"{path}.throughput is {throughput}: it must be at least 1 message a run.");
        }

        var type = settings.GetString("type", "Dispatcher");
        switch (type)
        {
            case "Dispatcher" or "TaskDispatcher" or "SynchronizedDispatcher":
                return MakeShared(id, path, throughput, settings);
            case "PinnedDispatcher":
                return new PinnedDispatcher(id, throughput, _runtime);
            case "ForkJoinDispatcher":
                return new Dispatcher(id, throughput, _runtime.NewThreads(id, Threads(settings, path, "dedicated-thread-pool.thread-count")), owned: true);
            default:
                throw new ConfigurationException($"{path}.type is '{type}': it must be Dispatcher, TaskDispatcher, PinnedDispatcher or ForkJoinDispatcher.");
        }
    }

    private Dispatcher MakeShared(string id, string path, int throughput, Config settings)
    {
        var executor = settings.GetString("executor", "default-executor");
        return executor switch
        {
            "default-executor" or "thread-pool-executor" or "channel-executor" or "task-executor" or "current-context-executor" => new Dispatcher(id, throughput, _runtime.SharedPool, owned: false),
            "fork-join-executor" => new Dispatcher(id, throughput, _runtime.NewThreads(id, Threads(settings, path, "fork-join-executor.parallelism-max")), owned: true),
            _ => throw new ConfigurationException($"{path}.executor is '{executor}': it must be default-executor, thread-pool-executor, channel-executor or fork-join-executor."),
        };
    }

    private static int Threads(Config settings, string path, string key)
    {
        var threads = settings.GetInt(key, Environment.ProcessorCount);
        return threads is > 0 and <= 1024 ? threads : throw new ConfigurationException($"{path}.{key} is {threads}: it must be 1 to 1024 threads.");
    }
}
