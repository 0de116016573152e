using Meditron.Testing;
using Meditron.Training.Distributed.Nodes;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Distributed;

/// <summary>A node that the seeds have gone on without ends, and no other does.</summary>
public sealed class SeedWatchTests : IDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly TemporaryFolder folder = new();
    private readonly ActorSystem seed;
    private readonly ActorSystem worker;

    public SeedWatchTests()
    {
        (seed, worker) = (Start(NodeRoles.Seed), Start(NodeRoles.Worker));
        Cluster.Get(seed).Join(Cluster.Get(seed).SelfAddress);
        Cluster.Get(worker).Join(Cluster.Get(seed).SelfAddress);
        Await(() => IsUp(worker) && Seeds.Any(), "the worker has not joined");
        Watch = worker.ActorOf(Props.Create(() => new SeedWatch(TimeSpan.FromMilliseconds(20))), "seed-watch");
    }

    private IActorRef Watch { get; }

    private IEnumerable<Member> Seeds => Cluster.Get(worker).State.Members.Where(member => member.HasRole(NodeRoles.Seed));

    [Fact]
    public void One_that_a_seed_has_quarantined_which_it_has_counted_as_gone_ends()
    {
        var lost = Cluster.Get(seed).SelfAddress;
        End(seed);
        Cluster.Get(worker).Down(lost);
        Await(() => !Seeds.Any(), "the seed is still a member");
        Await(
            () =>
            {
                Refuse(lost);
                return worker.WhenTerminated.IsCompleted;
            },
            "the worker goes on in a cluster without seeds");
        Assert.IsType<CoordinatedShutdown.ClusterDowningReason>(CoordinatedShutdown.Get(worker).ShutdownReason);
    }

    [Fact]
    public void One_that_has_a_seed_goes_on_whoever_has_quarantined_it()
    {
        Refuse(new Address("akka.tcp", "meditron", "127.0.0.1", 1));
        var answer = Watch.Ask<ActorIdentity>(new Identify(1));
        Await(() => answer.IsCompleted, "the watch does not answer");
        Assert.True(IsUp(worker));
    }

    public void Dispose()
    {
        End(seed);
        End(worker);
        folder.Dispose();
    }

    private static void End(ActorSystem system) => system.Terminate().Wait(Deadline);

    private static bool IsUp(ActorSystem system) => Cluster.Get(system).SelfMember.Status == MemberStatus.Up;

    private static void Await(Func<bool> condition, string otherwise) => Assert.True(SpinWait.SpinUntil(condition, Deadline), otherwise);

    private void Refuse(Address by) => worker.EventStream.Publish(new ThisActorSystemQuarantinedEvent(Cluster.Get(worker).SelfAddress, by));

    private ActorSystem Start(string role)
    {
        var alone = ConfigurationFactory.ParseString(
            """
            akka.remote.dot-netty.tcp { hostname = "127.0.0.1", port = 0 }
            akka.coordinated-shutdown.exit-clr = off
            akka.loggers = []
            """);
        return ActorSystem.Create("meditron", alone.WithFallback(NodeConfiguration.Create(SettingsLoader.Load([], []), role, Path.Combine(folder.Path, "journal.db"))));
    }
}
