using System.Collections.Concurrent;
using System.Globalization;
using Meditron.Training.Distributed.Nodes;

namespace Meditron.Simulation.Jobs;

/// <summary>How the nodes of a job are configured: as those of a real one, on the stores of the simulation.</summary>
/// <param name="base">What all have in common.</param>
internal sealed class TrainingConfigs(Config @base)
{
    public const string SystemName = "meditron";
    public const int Port = 2552;

    private static readonly Config Stores = ConfigurationFactory.ParseString(
        """
        akka {
          remote.secret = "a secret of the simulation"
          cluster.app-version = "1.0.0"
          cluster.log-info = off
          cluster.gossip-pause = 20ms
          actor.device-dispatcher { type = PinnedDispatcher, throughput = 1 }
          persistence {
            journal.plugin = sim.shared-journal
            snapshot-store.plugin = sim.shared-snapshots
          }
        }
        sim {
          defaults {
            plugin-dispatcher = "akka.actor.default-dispatcher"
            circuit-breaker { max-failures = 5, call-timeout = 5s, reset-timeout = 2s }
            recovery-event-timeout = 10s
          }
          shared-journal = ${sim.defaults} { class = "Meditron.Simulation.Stores.SharedJournal, Meditron.Simulation" }
          shared-snapshots = ${sim.defaults} { class = "Meditron.Simulation.Stores.SharedSnapshotStore, Meditron.Simulation" }
        }
        """).WithFallback(SimulatedSystem.Defaults).WithFallback(NodeConfiguration.Shared);

    // In a cluster of tens of nodes most of the time would go into its heartbeats; what they find is not what is looked at there.
    private static readonly TrainingConfigs Small = new(ConfigurationFactory.ParseString(
        """
        akka.cluster {
          gossip-interval = 500ms
          leader-actions-interval = 500ms
          unreachable-nodes-reaper-interval = 500ms
          failure-detector { heartbeat-interval = 1s, acceptable-heartbeat-pause = 3s }
        }
        """).WithFallback(Stores));
    private static readonly TrainingConfigs Large = new(ConfigurationFactory.ParseString(
        """
        akka.cluster {
          gossip-interval = 1s
          gossip-pause = 200ms
          leader-actions-interval = 1s
          unreachable-nodes-reaper-interval = 1s
          failure-detector { heartbeat-interval = 2s, acceptable-heartbeat-pause = 8s }
          split-brain-resolver { stable-after = 8s, down-all-when-unstable = 30s }
        }
        """).WithFallback(Stores));

    private readonly ConcurrentDictionary<(string Role, int Port), Config> _nodes = new();

    /// <summary>A launcher's own system, which is in no cluster.</summary>
    public Config Alone { get; } = ConfigurationFactory.ParseString("akka.actor.provider = local").WithFallback(@base);

    /// <summary>Those of a job.</summary>
    public static TrainingConfigs Of(JobPlan plan) => plan.Layout.World > 12 ? Large : Small;

    /// <summary>A node's.</summary>
    public Config Of(string role, int port) => _nodes.GetOrAdd((role, port), key => ConfigurationFactory.ParseString(string.Create(
        CultureInfo.InvariantCulture, $"akka {{ cluster.roles = [{key.Role}], remote.dot-netty.tcp.port = {key.Port} }}")).WithFallback(@base));
}
