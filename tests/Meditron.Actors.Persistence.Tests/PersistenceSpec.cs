using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Persistence.Tests.Stores;

namespace Meditron.Actors.Persistence.Tests;

/// <summary>A test kit on one kind of store, with deadlines that only matter when something is broken.</summary>
public abstract class PersistenceSpec : TestKit.Xunit2.TestKit
{
    private const string Defaults = """
        akka.loglevel = INFO
        akka.test.single-expect-default = 90s
        akka.test.filter-leeway = 90s
        akka.test.default-timeout = 90s
        """;

    private readonly Store _store;

    protected PersistenceSpec(Store store, string config = "")
        : base(Configure(store, config)) => _store = store;

    /// <summary>How long to look that nothing comes.</summary>
    protected static TimeSpan Quiet { get; } = TimeSpan.FromMilliseconds(150);

    /// <summary>A persistence id of this test alone.</summary>
    protected string Pid { get; } = $"p-{Guid.NewGuid():N}";

    protected Store Store => _store;

    protected static Config Configure(Store store, string config) => ConfigurationFactory.ParseString(config)
        .WithFallback(ConfigurationFactory.ParseString(store.Config))
        .WithFallback(ConfigurationFactory.ParseString(Defaults))
        .WithFallback(DefaultConfig);

    protected override void AfterAll()
    {
        base.AfterAll();
        _store.Dispose();
    }

    /// <summary>Stops an actor and waits for its end, whatever else it has sent before.</summary>
    protected void StopAndWait(IActorRef actor)
    {
        var watcher = CreateTestProbe();
        watcher.Watch(actor);
        Sys.Stop(actor);
        watcher.ExpectTerminated(actor);
    }
}
