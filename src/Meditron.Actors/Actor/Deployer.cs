using System.Collections.Concurrent;
using System.Reflection;
using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;
using Meditron.Actors.Routing;
using Meditron.Actors.Util;

namespace Meditron.Actors.Actor;

/// <summary>Knows what <c>akka.actor.deployment</c> says about actors, by their paths below /user.</summary>
public class Deployer
{
    internal const string Key = "akka.actor.deployment";

    /// <summary>What holds for a deployment that does not say otherwise.</summary>
    protected readonly Config Default;

    private readonly Settings _settings;
    private readonly ConcurrentDictionary<string, Deploy> _exact = new(StringComparer.Ordinal);
    private volatile Deploy[] _withWildcards = [];

    /// <summary>Creates a deployer without any deployment but the defaults.</summary>
    public Deployer(Settings settings)
    {
        ArgumentNullException.ThrowIfNull(settings);
        _settings = settings;
        Default = settings.Config.GetConfig($"{Key}.default") ?? Config.Empty;
    }

    /// <summary>Whether there is any deployment.</summary>
    internal bool IsEmpty => _exact.IsEmpty && _withWildcards.Length == 0;

    /// <summary>A deployer with all that a configuration says, whose errors are thrown here.</summary>
    internal static Deployer Load(Settings settings)
    {
        Deployer deployer = new(settings);
        Config all = settings.Config.GetConfig(Key) ?? Config.Empty;
        foreach ((string path, HoconValue value) in all.AsEnumerable().OrderBy(d => d.Key, StringComparer.Ordinal))
        {
            if (path != "default" && value.IsObject())
            {
                deployer.SetDeploy(deployer.ParseConfig(path, all.GetConfig($"\"{path}\"") ?? Config.Empty));
            }
        }

        return deployer;
    }

    /// <summary>The deployment of a path; null if none is set.</summary>
    public Deploy? Lookup(ActorPath path)
    {
        ArgumentNullException.ThrowIfNull(path);
        return path.Elements is ["user", ..] elements ? Lookup(elements.Skip(1)) : null;
    }

    /// <summary>The deployment of the names of a path below /user; null if none is set.</summary>
    public Deploy? Lookup(IEnumerable<string> path)
    {
        string[] names = path.ToArray();
        if (_exact.TryGetValue("/" + string.Join('/', names), out Deploy? exact))
        {
            return exact;
        }

        return _withWildcards.FirstOrDefault(deploy => Matches(Names(deploy.Path), names));
    }

    /// <summary>Sets the deployment of a path.</summary>
    public void SetDeploy(Deploy deploy)
    {
        ArgumentNullException.ThrowIfNull(deploy);
        string[] names = Names(deploy.Path);
        foreach (string name in names)
        {
            if (name.Length == 0 || (name is not ("*" or "**") && !ActorPath.IsValidPathElement(name)))
            {
                throw new ConfigurationException($"{Key} has the path \"{deploy.Path}\", in which '{name}' is no name of an actor.");
            }
        }

        if (names.Any(n => n is "*" or "**"))
        {
            _withWildcards = [.. _withWildcards.Where(d => d.Path != deploy.Path), deploy];
        }
        else
        {
            _exact["/" + string.Join('/', names)] = deploy;
        }
    }

    /// <summary>The deployment that a section describes.</summary>
    public virtual Deploy ParseConfig(string key, Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        Config deployment = config.WithFallback(Default);
        return new Deploy(
            key,
            deployment,
            RouterOf(key, deployment),
            Deploy.NoScopeGiven,
            deployment.GetString("dispatcher", string.Empty),
            deployment.GetString("mailbox", string.Empty),
            deployment.GetInt("stash-capacity", Deploy.NoStashSize));
    }

    private static string[] Names(string path) => path.TrimStart('/').Split('/');

    // ** at the end stands for all that is left, * for one name.
    private static bool Matches(string[] pattern, string[] names)
    {
        for (int i = 0; i < pattern.Length; i++)
        {
            if (pattern[i] == "**")
            {
                return names.Length > i;
            }

            if (i >= names.Length || (pattern[i] != "*" && pattern[i] != names[i]))
            {
                return false;
            }
        }

        return pattern.Length == names.Length;
    }

    private RouterConfig RouterOf(string key, Config deployment)
    {
        string name = deployment.GetString("router", "from-code") ?? "from-code";
        if (name == "from-code")
        {
            return NoRouter.Instance;
        }

        string typeName = _settings.Config.GetString($"akka.actor.router.type-mapping.{name}") ?? name;
        Type? type = TypeAliases.TryResolve(typeName);
        if (type is null || !typeof(RouterConfig).IsAssignableFrom(type))
        {
            string known = string.Join(", ", (_settings.Config.GetConfig("akka.actor.router.type-mapping") ?? Config.Empty).AsEnumerable().Select(e => e.Key).Order(StringComparer.Ordinal));
            throw new ConfigurationException($"{Key}.\"{key}\".router is '{name}'; {known}, from-code or the name of a class derived from RouterConfig is allowed.");
        }

        ConstructorInfo constructor = type.GetConstructor([typeof(Config)])
            ?? throw new ConfigurationException($"{Key}.\"{key}\".router names {type}, which has no constructor with a Config.");
        try
        {
            return (RouterConfig)constructor.Invoke([deployment]);
        }
        catch (TargetInvocationException e)
        {
            throw new ConfigurationException($"{Key}.\"{key}\": {e.InnerException!.Message}", e.InnerException);
        }
    }
}
