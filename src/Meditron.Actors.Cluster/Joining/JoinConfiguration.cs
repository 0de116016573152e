using System.Collections.Immutable;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster;

/// <summary>A setting in which a joining node differs from the cluster.</summary>
internal sealed record ConfigurationDifference(string Key, string Joining, string Cluster)
{
    public override string ToString() => $"{Key} is \"{Joining}\" here, but \"{Cluster}\" in the cluster";
}

/// <summary>The settings in which all nodes of a cluster must agree: who is declared dead, and by which rule.</summary>
internal sealed class JoinConfiguration : IEquatable<JoinConfiguration>
{
    private const string Prefix = "akka.cluster.";
    private const string Resolver = Prefix + "split-brain-resolver.";

    public JoinConfiguration(IEnumerable<KeyValuePair<string, string>> settings) =>
        Settings = settings.ToImmutableSortedDictionary(StringComparer.Ordinal);

    public static readonly JoinConfiguration Empty = new([]);

    /// <summary>The values by key.</summary>
    public ImmutableSortedDictionary<string, string> Settings { get; }

    /// <summary>Reads the settings of this node.</summary>
    public static JoinConfiguration Of(Config config)
    {
        var settings = new Dictionary<string, string>(StringComparer.Ordinal);
        void Add(string key) => settings[key] = (config.GetString(key) ?? "").Trim();

        Add(Prefix + "downing-provider-class");
        var provider = settings[Prefix + "downing-provider-class"];
        settings[Prefix + "downing-provider-class"] = ShortName(provider);
        if (provider.Contains("SplitBrainResolver", StringComparison.Ordinal))
        {
            Add(Resolver + "active-strategy");
            string[] keys = settings[Resolver + "active-strategy"] switch
            {
                "static-quorum" => ["static-quorum.quorum-size", "static-quorum.role"],
                "keep-majority" => ["keep-majority.role"],
                "keep-oldest" => ["keep-oldest.down-if-alone", "keep-oldest.role"],
                "lease-majority" => ["lease-majority.lease-name", "lease-majority.role"],
                "keep-referee" => ["keep-referee.address", "keep-referee.down-all-if-less-than-nodes"],
                _ => [],
            };
            foreach (var key in keys)
            {
                Add(Resolver + key);
            }
        }

        return new JoinConfiguration(settings);
    }

    /// <summary>In which of these settings, those of the cluster, a joining node differs.</summary>
    public ImmutableList<ConfigurationDifference> DifferencesFrom(JoinConfiguration joining) =>
        Settings
            .Select(s => new ConfigurationDifference(s.Key, joining.Settings.GetValueOrDefault(s.Key, ""), s.Value))
            .Where(d => !string.Equals(d.Joining, d.Cluster, StringComparison.Ordinal))
            .ToImmutableList();

    /// <inheritdoc/>
    public bool Equals(JoinConfiguration? other) => other is not null && Settings.SequenceEqual(other.Settings);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as JoinConfiguration);

    /// <inheritdoc/>
    public override int GetHashCode() => Settings.Count;

    // One class may be named with or without its assembly, and by its Akka.NET name.
    private static string ShortName(string type)
    {
        var name = type.Split(',')[0].Trim();
        return name[(name.LastIndexOf('.') + 1)..];
    }
}
