namespace Meditron.Actors.MultiNode.Tests.Clusters;

/// <summary>Settings of nodes on top of the recommended ones.</summary>
internal static class Settings
{
    /// <summary>Nobody is downed but by hand, so that a spec sees what comes before.</summary>
    public const string ByHand = """
        akka.cluster { downing-provider-class = "", down-ended-processes = off, down-removal-margin = 200ms }
        """;

    /// <summary>How long a node may be silent, where a spec silences one.</summary>
    public const string NoticesSilence = "akka.cluster.failure-detector.acceptable-heartbeat-pause = 3s\n";

    /// <summary>A lease in a SQLite file that all nodes share.</summary>
    public const string Lease = """
        akka.coordination.lease.sql {
          provider-name = SQLite.MS
          connection-string = "Data Source="${actor-node.folder}"/lease.db"
          heartbeat-timeout = 4s
          heartbeat-interval = 1s
        }

        """;

    /// <summary>A strategy of the resolver, with times that a spec can wait for; the margin is for nodes of a loaded machine, which stop their singletons late.</summary>
    public static string Resolver(string strategy, string settings = "") => NoticesSilence + $$"""
        akka.cluster {
          down-removal-margin = 4s
          split-brain-resolver { active-strategy = {{strategy}}, stable-after = 1500ms, {{settings}} }
        }
        """;
}
