using System.Globalization;
using Meditron.Actors.Actor;
using Meditron.Actors.Event;

namespace Meditron.Actors.TestKit.Internal;

/// <summary>What one test kit keeps between calls.</summary>
internal sealed class TestKitState
{
    private static int _lastTestActor;

    public TestKitState(ActorSystem system, ITestKitAssertions assertions)
    {
        System = system;
        Assertions = assertions;
        system.RegisterExtension(new TestKitExtension());
        system.RegisterExtension(new TestKitAssertionsExtension(assertions));
        Settings = TestKitExtension.For(system);
        Log = Logging.GetLogger(system, nameof(TestKit));
        EventFilterFactory = null!;
        TestActor = null!;
    }

    public ActorSystem System { get; }

    public ITestKitAssertions Assertions { get; }

    public TestKitSettings Settings { get; }

    public ILoggingAdapter Log { get; }

    public TestQueue Queue { get; } = new();

    public EventFilterFactory EventFilterFactory { get; set; }

    public IActorRef TestActor { get; set; }

    /// <summary>When the innermost Within block ends; null outside of one.</summary>
    public TimeSpan? End { get; set; }

    /// <summary>Whether the last expectation was that nothing comes, which uses up a Within block by its nature.</summary>
    public bool LastWasNoMsg { get; set; }

    public MessageEnvelope LastMessage { get; set; } = NullMessageEnvelope.Instance;

    public static string NextName(string? name) =>
        name ?? "testActor" + Interlocked.Increment(ref _lastTestActor).ToString(CultureInfo.InvariantCulture);
}
