using Meditron.Testing;
using Xunit.Abstractions;

namespace Meditron.Actors.Tests.Surface;

/// <summary>Holds the public surface of the engine's assemblies against Akka.NET's, so that one source compiles with either.</summary>
public class SurfaceTests(ITestOutputHelper output)
{
    /// <summary>Types that users write against every day: of these the engine must have every member, bar reasoned ones.</summary>
    private static readonly string[] _core =
    [
        "Akka.Actor.ActorBase", "Akka.Actor.ReceiveActor", "Akka.Actor.UntypedActor", "Akka.Actor.IActorContext", "Akka.Actor.IUntypedActorContext",
        "Akka.Actor.IActorRef", "Akka.Actor.ICanTell", "Akka.Actor.ICanWatch", "Akka.Actor.IActorRefFactory", "Akka.Actor.ActorRefExtensions",
        "Akka.Actor.ActorRefFactoryExtensions", "Akka.Actor.ActorRefImplicitSenderExtensions", "Akka.Actor.ActorRefs", "Akka.Actor.ActorSystem",
        "Akka.Actor.ExtendedActorSystem", "Akka.Actor.ActorPath", "Akka.Actor.Address", "Akka.Actor.ActorSelection", "Akka.Actor.Props",
        "Akka.Actor.SupervisorStrategy", "Akka.Actor.OneForOneStrategy", "Akka.Actor.AllForOneStrategy", "Akka.Actor.Directive",
        "Akka.Actor.Decider", "Akka.Actor.DirectiveExtensions", "Akka.Actor.IStash", "Akka.Actor.Envelope", "Akka.Actor.ITimerScheduler",
        "Akka.Actor.IWithTimers", "Akka.Actor.Futures", "Akka.Actor.PipeToSupport", "Akka.Actor.GracefulStopSupport", "Akka.Actor.Inbox",
        "Akka.Actor.IScheduler", "Akka.Actor.ITellScheduler", "Akka.Actor.IActionScheduler", "Akka.Actor.ICancelable", "Akka.Actor.Cancelable",
        "Akka.Actor.SchedulerExtensions", "Akka.Actor.Terminated", "Akka.Actor.PoisonPill", "Akka.Actor.Kill", "Akka.Actor.ReceiveTimeout",
        "Akka.Actor.Status.Success", "Akka.Actor.Status.Failure", "Akka.Actor.Identify", "Akka.Actor.ActorIdentity", "Akka.Actor.Deploy",
        "Akka.Actor.CoordinatedShutdown", "Akka.Actor.ExtensionIdProvider<>", "Akka.Actor.IExtensionId<>", "Akka.Actor.BootstrapSetup",
        "Akka.Configuration.Config", "Akka.Configuration.ConfigExtensions", "Akka.Configuration.ConfigurationFactory",
        "Akka.Event.EventStream", "Akka.Event.ILoggingAdapter", "Akka.Event.Logging", "Akka.Event.LoggingExtensions", "Akka.Event.LogLevel",
        "Akka.Event.DeadLetter", "Akka.Event.UnhandledMessage",
        "Akka.Pattern.Backoff", "Akka.Pattern.BackoffOptions", "Akka.Pattern.CircuitBreaker",
        "Akka.Serialization.Serializer", "Akka.Serialization.SerializerWithStringManifest",
        "Akka.Cluster.Cluster", "Akka.Cluster.ClusterEvent", "Akka.Cluster.Member", "Akka.Cluster.MemberStatus", "Akka.Cluster.UniqueAddress",
        "Akka.Cluster.ClusterEvent.CurrentClusterState", "Akka.Cluster.ClusterEvent.MemberStatusChange",
        "Akka.Cluster.Tools.Singleton.ClusterSingletonManager", "Akka.Cluster.Tools.Singleton.ClusterSingletonManagerSettings",
        "Akka.Cluster.Tools.Singleton.ClusterSingletonProxy", "Akka.Cluster.Tools.Singleton.ClusterSingletonProxySettings",
        "Akka.Cluster.Tools.PublishSubscribe.DistributedPubSub", "Akka.Cluster.Tools.PublishSubscribe.Publish",
        "Akka.Cluster.Tools.PublishSubscribe.Subscribe", "Akka.Cluster.Tools.PublishSubscribe.SubscribeAck",
        "Akka.Persistence.Eventsourced", "Akka.Persistence.ReceivePersistentActor", "Akka.Persistence.UntypedPersistentActor",
        "Akka.Persistence.Recovery", "Akka.Persistence.SnapshotOffer", "Akka.Persistence.SnapshotMetadata", "Akka.Persistence.SnapshotSelectionCriteria",
        "Akka.TestKit.TestKitBase", "Akka.TestKit.TestProbe", "Akka.TestKit.EventFilterFactory", "Akka.TestKit.IEventFilterApplier",
        "Akka.TestKit.TestScheduler", "Akka.TestKit.TestLatch", "Akka.TestKit.TestBarrier", "Akka.TestKit.TestActorRef<>", "Akka.TestKit.Xunit2.TestKit",
    ];

    private static string ExceptionsFile =>
        Path.Combine(RepositoryPaths.Root, "tests", "Meditron.Actors.Tests", "Surface", "differences.txt");

    [SkippableFact]
    public void No_public_type_or_member_is_there_that_Akka_lacks_bar_the_reasoned_ones()
    {
        var comparison = Compare();
        var exceptions = SurfaceExceptions.Read(ExceptionsFile);
        foreach (var line in comparison.Coverage())
        {
            output.WriteLine(line);
        }

        AssertNone(comparison.Extras().Where(finding => !exceptions.Allows("extra", finding)).Select(finding => finding.ToString()));
        AssertNone(exceptions.Unused("extra").Select(entry => $"{entry}: nothing differs there any more"));
    }

    [SkippableFact]
    public void No_member_of_an_everyday_type_is_missing_bar_the_reasoned_ones()
    {
        var comparison = Compare();
        var exceptions = SurfaceExceptions.Read(ExceptionsFile);

        AssertNone(comparison.Missing(_core).Where(finding => finding.Member != "type" && !exceptions.Allows("missing", finding)).Select(finding => finding.ToString()));
        AssertNone(exceptions.Unused("missing").Select(entry => $"{entry}: nothing is missing there any more"));
    }

    [SkippableFact]
    public void Messages_carry_the_marks_that_they_carry_in_Akka() => AssertNone(Compare().Marks());

    [Fact]
    public void Every_public_type_lives_in_a_namespace_that_Akka_has()
    {
        string[] mirrored =
        [
            "Meditron.Actors", "Meditron.Actors.Actor", "Meditron.Actors.Actor.Setup", "Meditron.Actors.Actor.Internal",
            "Meditron.Actors.Cluster", "Meditron.Actors.Cluster.SBR", "Meditron.Actors.Cluster.Tools.PublishSubscribe",
            "Meditron.Actors.Cluster.Tools.Singleton", "Meditron.Actors.Configuration", "Meditron.Actors.Configuration.Hocon",
            "Meditron.Actors.Coordination", "Meditron.Actors.Dispatch", "Meditron.Actors.Dispatch.MessageQueues", "Meditron.Actors.Dispatch.SysMsg", "Meditron.Actors.Event",
            "Meditron.Actors.Pattern", "Meditron.Actors.Persistence", "Meditron.Actors.Persistence.Journal", "Meditron.Actors.Persistence.Snapshot",
            "Meditron.Actors.Persistence.Sql", "Meditron.Actors.Remote", "Meditron.Actors.Remote.Transport", "Meditron.Actors.Routing",
            "Meditron.Actors.Serialization", "Meditron.Actors.TestKit", "Meditron.Actors.TestKit.Internal", "Meditron.Actors.TestKit.TestActors",
            "Meditron.Actors.TestKit.TestEvent", "Meditron.Actors.TestKit.Xunit2", "Meditron.Actors.Util",
            // Akka.Logger.Serilog is a package of its own.
            "Meditron.Actors.Logger.Serilog",
        ];

        AssertNone(ReflectedSurface.Assemblies
            .SelectMany(ReflectedSurface.VisibleTypes)
            .Where(type => !mirrored.Contains(type.Namespace, StringComparer.Ordinal))
            .Select(type => $"{type.FullName} is public in a namespace that Akka.NET has not"));
    }

    [Fact]
    public void No_public_type_carries_the_members_of_a_record()
    {
        AssertNone(ReflectedSurface.Assemblies
            .SelectMany(ReflectedSurface.VisibleTypes)
            .Where(type => type.GetMethod("<Clone>$") is not null)
            .Select(type => $"{type.FullName} is a public record; Akka.NET has none"));
    }

    private static SurfaceComparison Compare()
    {
        var path = RepositoryPaths.SharedFile("reference", "akka-api.txt");
        Skip.If(path is null, "the list of Akka.NET's public members is not there");
        return new SurfaceComparison(ReflectedSurface.Read(ReflectedSurface.Assemblies), AkkaApiList.Read(path));
    }

    private static void AssertNone(IEnumerable<string> findings)
    {
        var list = findings.ToList();
        Assert.True(list.Count == 0, $"{list.Count} differences:{Environment.NewLine}{string.Join(Environment.NewLine, list)}");
    }
}
