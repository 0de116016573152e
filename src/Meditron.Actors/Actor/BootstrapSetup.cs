using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Actor;

/// <summary>The configuration and provider an actor system starts with.</summary>
public sealed class BootstrapSetup : Setup.Setup
{
    private BootstrapSetup(Option<Config> config, Option<Config> fallback, Option<ProviderSelection> provider)
    {
        Config = config;
        ConfigFallback = fallback;
        ActorRefProvider = provider;
    }

    /// <summary>The configuration that wins over everything else.</summary>
    public Option<Config> Config { get; }

    /// <summary>The provider, if chosen here rather than in the configuration.</summary>
    public Option<ProviderSelection> ActorRefProvider { get; }

    internal Option<Config> ConfigFallback { get; }

    /// <summary>An empty setup.</summary>
    public static BootstrapSetup Create() => new(default, default, default);

    /// <summary>This setup with a provider.</summary>
    public BootstrapSetup WithActorRefProvider(ProviderSelection name) => new(Config, ConfigFallback, name);

    /// <summary>This setup with a configuration.</summary>
    public BootstrapSetup WithConfig(Config config) => new(config, ConfigFallback, ActorRefProvider);

    /// <summary>This setup with a configuration that stands behind the one given before.</summary>
    public BootstrapSetup WithConfigFallback(Config config) =>
        new(Config, ConfigFallback.HasValue ? ConfigFallback.Value.WithFallback(config) : config, ActorRefProvider);
}
