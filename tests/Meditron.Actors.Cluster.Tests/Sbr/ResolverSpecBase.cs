using Meditron.Actors.Actor;
using Meditron.Actors.Cluster.SBR;
using Meditron.Actors.TestKit;

namespace Meditron.Actors.Cluster.Tests.Sbr;

/// <summary>A resolver in virtual time, which runs on the test's thread.</summary>
public abstract class ResolverSpecBase() : Meditron.Actors.TestKit.Xunit2.TestKit(
    """
    akka.scheduler.implementation = "Akka.TestKit.TestScheduler, Akka.TestKit"
    akka { loglevel = DEBUG, stdout-loglevel = OFF }
    """)
{
    internal static readonly TimeSpan StableAfter = TimeSpan.FromSeconds(1);

    private protected TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    private protected IActorRef Start(FakeDowner downer, IDowningStrategy strategy, TimeSpan? downAllWhenUnstable = null, FakeLease? lease = null)
    {
        var options = new ResolverOptions(
            "the strategy", strategy, StableAfter, downAllWhenUnstable ?? TimeSpan.Zero, lease, TimeSpan.FromSeconds(40));
        var resolver = Sys.ActorOf(ResolverActor.Props(downer, options).WithDispatcher(CallingThreadDispatcher.Id));
        AwaitCondition(() => downer.IsFollowed);
        return resolver;
    }

    private protected void Advance(double milliseconds) => Scheduler.Advance(TimeSpan.FromMilliseconds(milliseconds));
}

/// <summary>Short ways to tell a resolver what is known.</summary>
internal static class ResolverMessages
{
    public static void Sees(this IActorRef resolver, Split split, int self = 0) => resolver.Tell(new MembershipChanged(split.StateOn(self)));
}
