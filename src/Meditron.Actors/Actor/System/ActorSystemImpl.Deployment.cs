using Meditron.Actors.Routing;

namespace Meditron.Actors.Actor;

/// <content>What the configuration says about single actors.</content>
internal sealed partial class ActorSystemImpl
{
    private Deployer? _deployer;

    /// <summary>The deployments of <c>akka.actor.deployment</c>.</summary>
    internal Deployer Deployer
    {
        get
        {
            if (Volatile.Read(ref _deployer) is { } known)
            {
                return known;
            }

            Deployer loaded = Actor.Deployer.Load(Settings);
            return Interlocked.CompareExchange(ref _deployer, loaded, null) ?? loaded;
        }
    }

    /// <summary>Props with what their path's deployment says, which wins; its router only where the props ask for one.</summary>
    internal Props Deployed(Props props, ActorPath path)
    {
        if (Deployer.IsEmpty || Deployer.Lookup(path) is not { } deploy)
        {
            return props;
        }

        RouterConfig router = props.RouterConfig is NoRouter ? props.RouterConfig : deploy.RouterConfig.WithFallback(props.RouterConfig);
        return props.WithDeploy(deploy).WithRouter(router);
    }
}
