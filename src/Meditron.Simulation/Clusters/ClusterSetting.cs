namespace Meditron.Simulation.Clusters;

/// <summary>How the clusters of a scenario are configured, for each way of dealing with a split.</summary>
/// <param name="Name">What the setting is called in the event log.</param>
/// <param name="Config">The whole configuration of a node.</param>
/// <param name="StableAfter">How long a split is watched before it is decided.</param>
internal sealed record ClusterSetting(string Name, Config Config, TimeSpan StableAfter)
{
    private static readonly Config Base = ConfigurationFactory.ParseString(
        """
        akka {
          actor.provider = cluster
          remote.secret = "a secret of the simulation"
          cluster {
            app-version = "1.0.0"
            log-info = off
          }
        }
        sim {
          defaults {
            plugin-dispatcher = "akka.actor.default-dispatcher"
            circuit-breaker { max-failures = 5, call-timeout = 5s, reset-timeout = 2s }
            recovery-event-timeout = 10s
          }
          shared-journal = ${sim.defaults} { class = "Meditron.Simulation.Stores.SharedJournal, Meditron.Simulation" }
          local-journal = ${sim.defaults} { class = "Meditron.Simulation.Stores.LocalJournal, Meditron.Simulation" }
          shared-snapshots = ${sim.defaults} { class = "Meditron.Simulation.Stores.SharedSnapshotStore, Meditron.Simulation" }
          local-snapshots = ${sim.defaults} { class = "Meditron.Simulation.Stores.LocalSnapshots, Meditron.Simulation" }
          lease {
            lease-class = "Meditron.Simulation.Stores.SimulatedLease, Meditron.Simulation"
            heartbeat-timeout = 20s
            heartbeat-interval = 3s
            lease-operation-timeout = 5s
          }
        }
        """).WithFallback(SimulatedSystem.Defaults);

    /// <summary>Nobody is declared dead but by hand.</summary>
    public static ClusterSetting NoDowning { get; } = new(
        "no downing", ConfigurationFactory.ParseString("akka.cluster.downing-provider-class = \"\"").WithFallback(Base), TimeSpan.Zero);

    /// <summary>The strategies that let at most one side of a split go on, without anything outside the cluster.</summary>
    public static IReadOnlyList<ClusterSetting> Resolving { get; } =
    [
        Resolver("keep-majority", 7),
        Resolver("keep-majority", 20),
        Resolver("static-quorum", 7, "static-quorum.quorum-size = 3"),
        Resolver("keep-oldest", 7),
        Resolver("down-all", 7),
        Resolver("lease-majority", 7, "lease-majority { lease-implementation = sim.lease, release-after = 20s }"),
    ];

    private static ClusterSetting Resolver(string strategy, int stableAfter, string settings = "") => new(
        $"{strategy}, stable after {stableAfter} s",
        ConfigurationFactory.ParseString($"akka.cluster.split-brain-resolver {{ active-strategy = {strategy}, stable-after = {stableAfter}s, {settings} }}").WithFallback(Base),
        TimeSpan.FromSeconds(stableAfter));
}
