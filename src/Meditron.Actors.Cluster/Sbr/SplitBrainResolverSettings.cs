using System.Collections.Immutable;
using Meditron.Actors.Configuration;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>The settings under akka.cluster.split-brain-resolver; those of a strategy are read when they are asked for.</summary>
public sealed class SplitBrainResolverSettings
{
    /// <summary>The side with more members goes on.</summary>
    public const string KeepMajorityName = "keep-majority";

    /// <summary>The side that gets a lease goes on.</summary>
    public const string LeaseMajorityName = "lease-majority";

    /// <summary>A side with a fixed number of members goes on.</summary>
    public const string StaticQuorumName = "static-quorum";

    /// <summary>The side with the oldest member goes on.</summary>
    public const string KeepOldestName = "keep-oldest";

    /// <summary>No side goes on.</summary>
    public const string DownAllName = "down-all";

    internal const string Prefix = "akka.cluster.split-brain-resolver.";

    private static readonly TimeSpan LeastUnstable = TimeSpan.FromSeconds(4);

    private readonly ClusterConfigReader _reader;

    /// <summary>Reads the settings of a system.</summary>
    /// <exception cref="ConfigurationException">A value is out of range; the message names the key, the value and what is allowed.</exception>
    public SplitBrainResolverSettings(Config config)
    {
        ArgumentNullException.ThrowIfNull(config);
        _reader = new ClusterConfigReader(config, Prefix);
        DowningStableAfter = _reader.Positive("stable-after");
        DowningStrategy = _reader.Text("active-strategy").Trim().ToLowerInvariant();
        if (!AllStrategyNames.Contains(DowningStrategy))
        {
            throw new ConfigurationException(
                $"{Prefix}active-strategy is \"{DowningStrategy}\"; allowed is one of {string.Join(", ", AllStrategyNames.Order(StringComparer.Ordinal))}.");
        }

        var derived = DowningStableAfter * 3 / 4;
        var (on, time) = _reader.FlagOrTime("down-all-when-unstable", derived > LeastUnstable ? derived : LeastUnstable);
        DownAllWhenUnstable = on ? time : TimeSpan.Zero;
    }

    /// <summary>The names of all strategies.</summary>
    public static readonly ImmutableHashSet<string> AllStrategyNames =
        ImmutableHashSet.Create(StringComparer.Ordinal, KeepMajorityName, LeaseMajorityName, StaticQuorumName, KeepOldestName, DownAllName);

    /// <summary>How long nothing may have changed before unreachable members are decided about.</summary>
    public TimeSpan DowningStableAfter { get; }

    /// <summary>The name of the strategy.</summary>
    public string DowningStrategy { get; }

    /// <summary>How much longer than stable-after changes may go on before all members are downed; zero for ever.</summary>
    public TimeSpan DownAllWhenUnstable { get; }

    /// <summary>keep-majority: the role whose members count; null for all.</summary>
    public string? KeepMajorityRole => Role(KeepMajorityName);

    /// <summary>The settings of static-quorum.</summary>
    public StaticQuorumSettings StaticQuorumSettings => new(_reader.AtLeast(StaticQuorumName + ".quorum-size", 1), Role(StaticQuorumName));

    /// <summary>The settings of keep-oldest.</summary>
    public KeepOldestSettings KeepOldestSettings => new(_reader.Flag(KeepOldestName + ".down-if-alone"), Role(KeepOldestName));

    /// <summary>The settings of lease-majority.</summary>
    public LeaseMajoritySettings LeaseMajoritySettings
    {
        get
        {
            var implementation = _reader.Text(LeaseMajorityName + ".lease-implementation").Trim();
            if (implementation.Length == 0)
            {
                throw new ConfigurationException(
                    $"{Prefix}{LeaseMajorityName}.lease-implementation is empty; allowed is the name of the section of the configuration that describes the lease.");
            }

            var name = _reader.Text(LeaseMajorityName + ".lease-name").Trim();
            return new LeaseMajoritySettings(
                implementation,
                _reader.NotNegative(LeaseMajorityName + ".acquire-lease-delay-for-minority"),
                _reader.Positive(LeaseMajorityName + ".release-after"),
                Role(LeaseMajorityName),
                name.Length == 0 ? null : name);
        }
    }

    private string? Role(string strategy) => _reader.Text(strategy + ".role").Trim() is { Length: > 0 } role ? role : null;
}
