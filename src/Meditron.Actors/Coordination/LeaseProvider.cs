using System.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Coordination;

/// <summary>Makes the leases that the configuration names; each is made once in an actor system.</summary>
public class LeaseProvider : IExtension
{
    private const string Defaults = "akka.coordination.lease";

    private static readonly Config Reference = ConfigurationFactory.FromResource<LeaseProvider>("reference.conf");

    private readonly ExtendedActorSystem _system;
    private readonly Lock _lock = new();
    private readonly Dictionary<(string Name, string ConfigPath, string Owner), Lease> _leases = [];

    /// <summary>Makes the extension; use <see cref="Get"/> instead.</summary>
    public LeaseProvider(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        _system = system;
    }

    /// <summary>The leases of an actor system.</summary>
    public static LeaseProvider Get(ActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        return system.WithExtension<LeaseProvider, LeaseProviderExtensionProvider>();
    }

    /// <summary>The defaults under akka.coordination.</summary>
    public static Config DefaultConfig() => Reference;

    /// <summary>The lease of a name for an owner, of the kind that a section of the configuration describes.</summary>
    /// <param name="leaseName">The lease's name, the same on all nodes that compete for it.</param>
    /// <param name="configPath">The section with lease-class; what it leaves out is taken from akka.coordination.lease.</param>
    /// <param name="ownerName">Who takes it, such as the host and port of the actor system.</param>
    /// <exception cref="ConfigurationException">The section, its class or one of its values is missing or wrong.</exception>
    public Lease GetLease(string leaseName, string configPath, string ownerName)
    {
        ArgumentException.ThrowIfNullOrEmpty(leaseName);
        ArgumentException.ThrowIfNullOrEmpty(configPath);
        ArgumentException.ThrowIfNullOrEmpty(ownerName);
        lock (_lock)
        {
            var key = (leaseName, configPath, ownerName);
            if (!_leases.TryGetValue(key, out var lease))
            {
                _leases[key] = lease = Make(leaseName, configPath, ownerName);
            }

            return lease;
        }
    }

    private Lease Make(string leaseName, string configPath, string ownerName)
    {
        var all = _system.Settings.Config;
        var section = all.GetConfig(configPath) ?? throw new ConfigurationException(
            $"Lease {leaseName} cannot be made: the configuration has no section {configPath}. Give it one with lease-class, or name another section.");
        var settings = LeaseSettings.Create(section.WithFallback(all.GetConfig(Defaults)), leaseName, ownerName, configPath);
        var className = settings.LeaseConfig.GetString("lease-class");
        if (string.IsNullOrWhiteSpace(className))
        {
            throw new ConfigurationException($"{configPath}.lease-class is empty; allowed is the name of a class that derives from Akka.Coordination.Lease.");
        }

        return Instantiate(className, configPath, settings);
    }

    private Lease Instantiate(string className, string configPath, LeaseSettings settings)
    {
        var type = TypeAliases.Resolve(className, $"{configPath}.lease-class");
        if (!typeof(Lease).IsAssignableFrom(type) || type.IsAbstract)
        {
            throw new ConfigurationException($"{configPath}.lease-class is \"{className}\", but {type} is no class that derives from Akka.Coordination.Lease.");
        }

        try
        {
            return (Lease)(type.GetConstructor([typeof(LeaseSettings), typeof(ExtendedActorSystem)])?.Invoke([settings, _system])
                ?? type.GetConstructor([typeof(LeaseSettings), typeof(ActorSystem)])?.Invoke([settings, _system])
                ?? type.GetConstructor([typeof(LeaseSettings)])?.Invoke([settings])
                ?? throw new ConfigurationException(
                    $"{configPath}.lease-class is \"{className}\", but {type} has no public constructor (LeaseSettings, ExtendedActorSystem) or (LeaseSettings)."));
        }
        catch (TargetInvocationException e) when (e.InnerException is not null)
        {
            throw new ConfigurationException($"{configPath}.lease-class is \"{className}\", whose constructor failed: {e.InnerException.Message}", e.InnerException);
        }
    }
}
