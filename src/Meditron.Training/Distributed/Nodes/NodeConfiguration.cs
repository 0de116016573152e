using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Nodes;

/// <summary>Puts the actor system's configuration of a node together.</summary>
public static class NodeConfiguration
{
    private const string Common = "Meditron.Training.cluster.conf";
    private const string Recommended = "Meditron.Training.cluster-recommended.conf";
    private const string OneMachine = "Meditron.Training.one-machine.conf";
    private const string HostName = "akka.remote.dot-netty.tcp.hostname";

    /// <summary>What every node has in common.</summary>
    internal static Config Shared => Resource(Common).WithFallback(Resource(Recommended));

    /// <summary>The configuration of a node.</summary>
    /// <param name="loaded">The node's own configuration, which comes first.</param>
    /// <param name="role">The role it has beside those that its configuration names.</param>
    /// <param name="journal">Path of the SQLite journal, for seeds whose configuration names no database.</param>
    public static Config Create(LoadedSettings loaded, string role, string journal)
    {
        ArgumentNullException.ThrowIfNull(loaded);
        var own = loaded.Config;
        var roles = own.GetStringList("akka.cluster.roles", []).Append(role).Distinct(StringComparer.Ordinal);
        var node = ConfigurationFactory.ParseString($"akka.cluster.roles = [{string.Join(", ", roles.Select(Quote))}]");
        var database = ConfigurationFactory.ParseString(
            $$"""
            akka.persistence {
              journal.sql { connection-string = {{Quote($"Data Source={journal}")}}, provider-name = "SQLite.MS", auto-initialize = true, on-damage = go-on }
              snapshot-store.sql { connection-string = {{Quote($"Data Source={journal}")}}, provider-name = "SQLite.MS", auto-initialize = true, on-damage = go-on }
            }
            """);

        // A node that names no host of its own is reached on this machine alone.
        var here = own.HasPath(HostName) ? ConfigurationFactory.Empty : Resource(OneMachine);
        return node.WithFallback(own).WithFallback(database).WithFallback(here).WithFallback(Shared);
    }

    private static Config Resource(string name)
    {
        using var stream = typeof(NodeConfiguration).Assembly.GetManifestResourceStream(name)!;
        using var reader = new StreamReader(stream);
        return ConfigurationFactory.ParseString(reader.ReadToEnd());
    }

    private static string Quote(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
