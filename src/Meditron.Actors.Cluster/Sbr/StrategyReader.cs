using Meditron.Actors.Actor;
using Meditron.Actors.Configuration;
using Meditron.Actors.Coordination;

namespace Meditron.Actors.Cluster.SBR;

/// <summary>Makes strategies from the configuration.</summary>
internal static class StrategyReader
{
    private const string KeepRefereeName = "keep-referee";

    /// <summary>The strategy of the present resolver, with its lease where it needs one.</summary>
    public static ResolverOptions Read(SplitBrainResolverSettings settings, ActorSystem system, Address self)
    {
        var name = settings.DowningStrategy;
        if (name != SplitBrainResolverSettings.LeaseMajorityName)
        {
            return new ResolverOptions(name, WithoutLease(settings), settings.DowningStableAfter, settings.DownAllWhenUnstable);
        }

        var lease = settings.LeaseMajoritySettings;
        return new ResolverOptions(
            name,
            new LeaseMajority(lease.Role ?? "", lease.AcquireLeaseDelayForMinority),
            settings.DowningStableAfter,
            settings.DownAllWhenUnstable,
            LeaseProvider.Get(system).GetLease(lease.SafeLeaseName(system.Name), lease.LeaseImplementation, self.HostPort()),
            lease.ReleaseAfter,
            lease.AcquireLeaseDelayForMinority);
    }

    /// <summary>The strategy of Akka.NET's first resolver.</summary>
    public static ResolverOptions ReadFirst(Config config)
    {
        const string Prefix = SplitBrainResolverSettings.Prefix;
        var reader = new ClusterConfigReader(config, Prefix);
        var name = reader.Text("active-strategy").Trim().ToLowerInvariant();
        IDowningStrategy strategy;
        switch (name)
        {
            case KeepRefereeName:
                var referee = reader.Text(KeepRefereeName + ".address");
                if (!Address.TryParse(referee, out Address? address) || address.HasLocalScope)
                {
                    throw new ConfigurationException($"{Prefix}{KeepRefereeName}.address is \"{referee}\"; allowed is the address of a node: protocol://system@host:port.");
                }

                strategy = new KeepReferee(address, reader.AtLeast(KeepRefereeName + ".down-all-if-less-than-nodes", 1));
                break;
            case SplitBrainResolverSettings.StaticQuorumName or SplitBrainResolverSettings.KeepMajorityName or SplitBrainResolverSettings.KeepOldestName:
                strategy = WithoutLease(new SplitBrainResolverSettings(config));
                break;
            default:
                throw new ConfigurationException(
                    $"{Prefix}active-strategy is \"{name}\"; allowed with Akka.Cluster.SplitBrainResolver is one of {SplitBrainResolverSettings.StaticQuorumName}, "
                    + $"{SplitBrainResolverSettings.KeepMajorityName}, {SplitBrainResolverSettings.KeepOldestName}, {KeepRefereeName}.");
        }

        return new ResolverOptions(name, strategy, reader.Positive("stable-after"), TimeSpan.Zero);
    }

    private static IDowningStrategy WithoutLease(SplitBrainResolverSettings settings) => settings.DowningStrategy switch
    {
        SplitBrainResolverSettings.KeepMajorityName => new KeepMajority(settings.KeepMajorityRole ?? ""),
        SplitBrainResolverSettings.StaticQuorumName => new StaticQuorum(settings.StaticQuorumSettings.Size, settings.StaticQuorumSettings.Role ?? ""),
        SplitBrainResolverSettings.KeepOldestName => new KeepOldest(settings.KeepOldestSettings.DownIfAlone, settings.KeepOldestSettings.Role ?? ""),
        _ => new DownAllNodes(),
    };
}
