using System.Collections.Immutable;
using System.Reflection;
using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Cluster;

/// <summary>The settings under akka.cluster, read and checked once.</summary>
public sealed class ClusterSettings
{
    private const string Prefix = "akka.cluster.";

    /// <summary>Reads the settings of a system.</summary>
    /// <exception cref="ConfigurationException">A value is out of range; the message names the key, the value and what is allowed.</exception>
    public ClusterSettings(Config config, string systemName)
    {
        ArgumentNullException.ThrowIfNull(config);
        var cluster = new ClusterConfigReader(config, Prefix);
        FailureDetectorConfig = config.GetConfig(Prefix + "failure-detector")
            ?? throw new ConfigurationException("akka.cluster.failure-detector is missing: load the cluster's reference.conf as fallback.");
        FailureDetectorImplementationClass = cluster.Text("failure-detector.implementation-class");
        HeartbeatInterval = cluster.Positive("failure-detector.heartbeat-interval");
        HeartbeatExpectedResponseAfter = cluster.Positive("failure-detector.expected-response-after");
        MonitoredByNrOfMembers = cluster.AtLeast("failure-detector.monitored-by-nr-of-members", 1);
        cluster.DoubleIn("failure-detector.threshold", double.Epsilon, double.MaxValue);
        cluster.AtLeast("failure-detector.max-sample-size", 1);
        cluster.Positive("failure-detector.min-std-deviation");
        cluster.NotNegative("failure-detector.acceptable-heartbeat-pause");
        ConnectionLossIsFailure = cluster.Flag("failure-detector.connection-loss-is-failure");

        SeedNodes = ReadSeedNodes(config, systemName);
        SeedNodeTimeout = cluster.Positive("seed-node-timeout");
        RetryUnsuccessfulJoinAfter = cluster.OptionalTime("retry-unsuccessful-join-after");
        ShutdownAfterUnsuccessfulJoinSeedNodes = cluster.OptionalTime("shutdown-after-unsuccessful-join-seed-nodes");
        PeriodicTasksInitialDelay = cluster.NotNegative("periodic-tasks-initial-delay");
        GossipInterval = cluster.Positive("gossip-interval");
        GossipTimeToLive = cluster.Positive("gossip-time-to-live");
        GossipPause = cluster.NotNegative("gossip-pause");
        LeaderActionsInterval = cluster.Positive("leader-actions-interval");
        UnreachableNodesReaperInterval = cluster.Positive("unreachable-nodes-reaper-interval");
        PublishStatsInterval = cluster.OptionalTime("publish-stats-interval");
        AutoDownUnreachableAfter = cluster.OptionalTime("auto-down-unreachable-after");
        DownRemovalMargin = cluster.OptionalTime("down-removal-margin") ?? TimeSpan.Zero;
        DowningProviderType = cluster.Text("downing-provider-class") is { Length: > 0 } downing
            ? TypeAliases.Resolve(downing, Prefix + "downing-provider-class")
            : AutoDownUnreachableAfter is null ? typeof(NoDowning) : typeof(AutoDowning);
        RunCoordinatedShutdownWhenDown = cluster.Flag("run-coordinated-shutdown-when-down");
        (AllowWeaklyUpMembers, WeaklyUpAfter) = cluster.FlagOrTime("allow-weakly-up-members", TimeSpan.FromSeconds(7));
        Roles = ReadRoles(config);
        MinNrOfMembers = cluster.AtLeast("min-nr-of-members", 1);
        MinNrOfMembersOfRole = ReadRoleMinimums(config);
        AppVersion = ReadAppVersion(cluster.Text("app-version"));
        UseDispatcher = cluster.Text("use-dispatcher");
        GossipDifferentViewProbability = cluster.DoubleIn("gossip-different-view-probability", 0, 1);
        ReduceGossipDifferentViewProbability = cluster.AtLeast("reduce-gossip-different-view-probability", 1);
        LogInfo = cluster.Flag("log-info");
        LogInfoVerbose = cluster.Flag("log-info-verbose");
        VerboseHeartbeatLogging = cluster.Flag("debug.verbose-heartbeat-logging");
        VerboseGossipReceivedLogging = cluster.Flag("debug.verbose-receive-gossip-logging");
        DownEndedProcesses = cluster.Flag("down-ended-processes");
        EnforceCompatibleConfiguration = cluster.Flag("configuration-compatibility-check.enforce-on-join");
    }

    /// <summary>The section of the failure detector, as its class reads it.</summary>
    public Config FailureDetectorConfig { get; }

    /// <summary>The class that judges a member's silence.</summary>
    public string FailureDetectorImplementationClass { get; }

    /// <summary>How often heartbeats are sent.</summary>
    public TimeSpan HeartbeatInterval { get; }

    /// <summary>In what time a member's first response is expected.</summary>
    public TimeSpan HeartbeatExpectedResponseAfter { get; }

    /// <summary>How many members each member is watched by.</summary>
    public int MonitoredByNrOfMembers { get; }

    /// <summary>The nodes to join at the start.</summary>
    public ImmutableList<Address> SeedNodes { get; }

    /// <summary>How long the first seed node waits for the others.</summary>
    public TimeSpan SeedNodeTimeout { get; }

    /// <summary>When a join that was not welcomed is tried again; null for never.</summary>
    public TimeSpan? RetryUnsuccessfulJoinAfter { get; }

    /// <summary>When joining through seed nodes is given up and the system terminated; null for never.</summary>
    public TimeSpan? ShutdownAfterUnsuccessfulJoinSeedNodes { get; }

    /// <summary>How long after its start a node begins its periodic work.</summary>
    public TimeSpan PeriodicTasksInitialDelay { get; }

    /// <summary>How often the gossip is told to another member.</summary>
    public TimeSpan GossipInterval { get; }

    /// <summary>How long gossip may wait in a queue before it is discarded.</summary>
    public TimeSpan GossipTimeToLive { get; }

    /// <summary>How often the leader looks for something to do.</summary>
    public TimeSpan LeaderActionsInterval { get; }

    /// <summary>How often a node checks whom it does not hear from.</summary>
    public TimeSpan UnreachableNodesReaperInterval { get; }

    /// <summary>How often statistics would be published; null for never.</summary>
    public TimeSpan? PublishStatsInterval { get; }

    /// <summary>When the leader downs an unreachable member where no downing provider is configured; null for never.</summary>
    public TimeSpan? AutoDownUnreachableAfter { get; }

    /// <summary>The class that decides which unreachable members are declared dead.</summary>
    public Type DowningProviderType { get; }

    /// <summary>Whether newcomers may be WeaklyUp.</summary>
    public bool AllowWeaklyUpMembers { get; }

    /// <summary>How long newcomers wait before they are WeaklyUp.</summary>
    public TimeSpan WeaklyUpAfter { get; }

    /// <summary>Whether a downed node runs the coordinated shutdown.</summary>
    public bool RunCoordinatedShutdownWhenDown { get; }

    /// <summary>What this node is for.</summary>
    public ImmutableHashSet<string> Roles { get; }

    /// <summary>How many members there must be before any is Up.</summary>
    public int MinNrOfMembers { get; }

    /// <summary>How many members of a role there must be before any member is Up.</summary>
    public ImmutableDictionary<string, int> MinNrOfMembersOfRole { get; }

    /// <summary>The version of the application.</summary>
    public AppVersion AppVersion { get; }

    /// <summary>The dispatcher of the cluster's actors; empty for the internal one.</summary>
    public string UseDispatcher { get; }

    /// <summary>How likely the periodic gossip goes to a member that is behind.</summary>
    public double GossipDifferentViewProbability { get; }

    /// <summary>From how many members on that becomes less likely.</summary>
    public int ReduceGossipDifferentViewProbability { get; }

    /// <summary>Whether the cluster logs at level INFO.</summary>
    public bool LogInfo { get; }

    /// <summary>Whether the cluster logs more at level INFO.</summary>
    public bool LogInfoVerbose { get; }

    /// <summary>Whether every heartbeat is logged at level DEBUG.</summary>
    public bool VerboseHeartbeatLogging { get; }

    /// <summary>Whether every received gossip is logged at level DEBUG.</summary>
    public bool VerboseGossipReceivedLogging { get; }

    /// <summary>How long after a downing work is started elsewhere.</summary>
    internal TimeSpan DownRemovalMargin { get; }

    /// <summary>Whether a lost connection that cannot be re-established at once makes its member unreachable.</summary>
    internal bool ConnectionLossIsFailure { get; }

    /// <summary>How long a node waits before it tells the same member of the next change.</summary>
    internal TimeSpan GossipPause { get; }

    /// <summary>Whether a member whose process is known to have ended is downed without asking the downing provider.</summary>
    internal bool DownEndedProcesses { get; }

    /// <summary>Whether a node whose settings differ from the cluster's is refused.</summary>
    internal bool EnforceCompatibleConfiguration { get; }

    private static ImmutableList<Address> ReadSeedNodes(Config config, string systemName)
    {
        var seeds = ImmutableList.CreateBuilder<Address>();
        foreach (var text in config.GetStringList(Prefix + "seed-nodes"))
        {
            if (!Address.TryParse(text, out Address? address) || address.HasLocalScope)
            {
                throw new ConfigurationException(
                    $"akka.cluster.seed-nodes holds \"{text}\", which is not the address of a node: protocol://system@host:port is expected.");
            }

            if (!string.Equals(address.System, systemName, StringComparison.Ordinal))
            {
                throw new ConfigurationException(
                    $"akka.cluster.seed-nodes holds \"{text}\", but this actor system is called \"{systemName}\": all nodes of a cluster have the same name.");
            }

            seeds.Add(address);
        }

        return seeds.ToImmutable();
    }

    private static ImmutableHashSet<string> ReadRoles(Config config)
    {
        var roles = config.GetStringList(Prefix + "roles");
        if (roles.Any(string.IsNullOrWhiteSpace))
        {
            throw new ConfigurationException("akka.cluster.roles holds an empty role; a role is a name such as worker.");
        }

        return roles.ToImmutableHashSet(StringComparer.Ordinal);
    }

    private static ImmutableDictionary<string, int> ReadRoleMinimums(Config config)
    {
        var result = ImmutableDictionary.CreateBuilder<string, int>(StringComparer.Ordinal);
        if (config.GetConfig(Prefix + "role") is { } roles)
        {
            foreach (var (role, value) in roles.AsEnumerable())
            {
                if (value.IsObject() && value.GetObject().GetKey("min-nr-of-members") is not null)
                {
                    result[role] = new ClusterConfigReader(roles.GetConfig($"\"{role}\"")!, $"{Prefix}role.{role}.", "").AtLeast("min-nr-of-members", 1);
                }
            }
        }

        return result.ToImmutable();
    }

    private static AppVersion ReadAppVersion(string version)
    {
        if (version is "" or "assembly-version")
        {
            return AppVersion.FromAssembly(Assembly.GetEntryAssembly()?.GetName().Version);
        }

        try
        {
            return AppVersion.Create(version);
        }
        catch (ArgumentException e)
        {
            throw new ConfigurationException($"akka.cluster.app-version: {e.Message} Or assembly-version, for that of the entry assembly.", e);
        }
    }
}
