using Meditron.Actors.Configuration;
using Meditron.Actors.Configuration.Hocon;

namespace Meditron.Actors.Actor;

/// <summary>The settings of one phase of the coordinated shutdown.</summary>
internal sealed record ShutdownPhase(IReadOnlyList<string> DependsOn, TimeSpan Timeout, bool Recover, bool Enabled)
{
    private const string Key = "akka.coordinated-shutdown";

    /// <summary>The phases of a configuration, by name; a phase that is only depended on has the defaults.</summary>
    internal static IReadOnlyDictionary<string, ShutdownPhase> Load(Config config)
    {
        Config settings = config.GetConfig(Key) ?? Config.Empty;
        TimeSpan defaultTimeout = Positive(settings.GetTimeSpan("default-phase-timeout", TimeSpan.FromSeconds(5)), "default-phase-timeout");
        SortedDictionary<string, ShutdownPhase> phases = new(StringComparer.Ordinal);
        if (settings.GetConfig("phases") is { } all)
        {
            foreach ((string name, HoconValue value) in all.AsEnumerable())
            {
                Config phase = value.IsObject() ? all.GetConfig($"\"{name}\"") ?? Config.Empty : Config.Empty;
                phases[name] = new ShutdownPhase(
                    [.. phase.GetStringList("depends-on")],
                    Positive(phase.GetTimeSpan("timeout", defaultTimeout), $"phases.{name}.timeout"),
                    phase.GetBoolean("recover", true),
                    phase.GetBoolean("enabled", true));
            }
        }

        foreach (string name in phases.Values.SelectMany(p => p.DependsOn).Where(n => !phases.ContainsKey(n)).ToArray())
        {
            phases[name] = new ShutdownPhase([], defaultTimeout, Recover: true, Enabled: true);
        }

        return phases;
    }

    /// <summary>The names so that each comes after all it depends on; a circle is refused by name.</summary>
    internal static IReadOnlyList<string> Sort(IReadOnlyDictionary<string, ShutdownPhase> phases)
    {
        List<string> order = [];
        HashSet<string> done = new(StringComparer.Ordinal);
        List<string> path = [];

        void Visit(string name)
        {
            if (done.Contains(name))
            {
                return;
            }

            int circle = path.IndexOf(name);
            if (circle >= 0)
            {
                throw new ConfigurationException(
                    $"{Key}.phases depend on one another in a circle: {string.Join(" -> ", path.Skip(circle).Append(name))}. Remove one of these from the other's depends-on.");
            }

            path.Add(name);
            if (phases.TryGetValue(name, out ShutdownPhase? phase))
            {
                foreach (string before in phase.DependsOn)
                {
                    Visit(before);
                }
            }

            path.RemoveAt(path.Count - 1);
            done.Add(name);
            order.Add(name);
        }

        foreach (string name in phases.Keys.Order(StringComparer.Ordinal))
        {
            Visit(name);
        }

        return order;
    }

    private static TimeSpan Positive(TimeSpan value, string key) => value > TimeSpan.Zero
        ? value
        : throw new ConfigurationException($"{Key}.{key} is {value}; a finite time above zero is allowed.");
}
