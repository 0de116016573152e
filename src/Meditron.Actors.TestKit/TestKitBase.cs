using System.Diagnostics;
using Meditron.Actors.Actor;
using Meditron.Actors.Actor.Setup;
using Meditron.Actors.Configuration;
using Meditron.Actors.Event;
using Meditron.Actors.TestKit.EventFilters;
using Meditron.Actors.TestKit.Internal;

namespace Meditron.Actors.TestKit;

/// <summary>A test's view of an actor system: it owns a test actor, and waits, with an end, for what that actor receives.</summary>
public abstract partial class TestKitBase : IActorRefFactory
{
    private static readonly Lazy<Config> _defaultConfig = new(() => ConfigurationFactory.FromResource<TestKitBase>("reference.conf"));

    private static readonly Lazy<Config> _fullDebugConfig = new(() => ConfigurationFactory.ParseString(
        """
        akka.loglevel = DEBUG
        akka.stdout-loglevel = DEBUG
        akka.log-dead-letters-during-shutdown = on
        akka.actor.debug { receive = on, autoreceive = on, lifecycle = on, event-stream = on, unhandled = on }
        """));

    private readonly ITestKitAssertions _assertions;

    private TestKitState _testState;

    /// <summary>A kit on a given system, or on one of its own.</summary>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystem? system = null, string? testActorName = null)
        : this(assertions, system, ActorSystemSetup.Empty, null, testActorName)
    {
    }

    /// <summary>A kit on a system of its own made from a setup.</summary>
    protected TestKitBase(ITestKitAssertions assertions, ActorSystemSetup setup, string? actorSystemName = null, string? testActorName = null)
        : this(assertions, null, setup, actorSystemName, testActorName)
    {
    }

    /// <summary>A kit on a system of its own made from a configuration; the kit's defaults are its fallback.</summary>
    protected TestKitBase(ITestKitAssertions assertions, Config config, string? actorSystemName = null, string? testActorName = null)
    {
        _assertions = assertions ?? throw new ArgumentNullException(nameof(assertions));
        _testState = null!;
        InitializeTest(null, config, actorSystemName, testActorName);
    }

    /// <summary>A kit on a given system, or on one of its own made from a setup.</summary>
    protected TestKitBase(
        ITestKitAssertions assertions, ActorSystem? system, ActorSystemSetup config, string? actorSystemName, string? testActorName)
    {
        _assertions = assertions ?? throw new ArgumentNullException(nameof(assertions));
        _testState = null!;
        InitializeTest(system, config, actorSystemName, testActorName);
    }

    /// <summary>The kit's defaults: its logger and <c>akka.test</c>.</summary>
    public static Config DefaultConfig => _defaultConfig.Value;

    /// <summary>Switches every debugging aid of the engine on.</summary>
    public static Config FullDebugConfig => _fullDebugConfig.Value;

    /// <summary>Time since an arbitrary start, on a clock that never jumps.</summary>
    public static TimeSpan Now => Stopwatch.GetElapsedTime(0);

    /// <summary>The system under test.</summary>
    public ActorSystem Sys => _testState.System;

    /// <summary>The kit's settings.</summary>
    public TestKitSettings TestKitSettings => _testState.Settings;

    /// <summary>The actor whose messages the Expect methods look at.</summary>
    public IActorRef TestActor => _testState.TestActor;

    /// <summary>The last message taken from the test actor.</summary>
    public object LastMessage => _testState.LastMessage.Message;

    /// <summary>Who sent the last message taken from the test actor.</summary>
    public IActorRef LastSender => _testState.LastMessage.Sender;

    /// <summary>Whether the test actor has received messages that were not taken yet.</summary>
    public bool HasMessages => _testState.Queue.Count > 0;

    /// <summary>Logs in the name of the test.</summary>
    public ILoggingAdapter Log => _testState.Log;

    /// <summary>Expects or mutes log events of <see cref="Sys"/>.</summary>
    public EventFilterFactory EventFilter => _testState.EventFilterFactory;

    /// <summary>What is left of the innermost Within block.</summary>
    /// <exception cref="InvalidOperationException">The test is in no Within block.</exception>
    public TimeSpan Remaining => _testState.End is { } end
        ? Positive(end - Now)
        : throw new InvalidOperationException("Remaining is defined only inside a Within block; use RemainingOrDefault outside.");

    /// <summary>What is left of the innermost Within block; outside of one the dilated default.</summary>
    public TimeSpan RemainingOrDefault => RemainingOr(Dilated(TestKitSettings.SingleExpectDefault));

    internal TestKitState KitState => _testState;

    internal ITestKitAssertions KitAssertions => _assertions;

    /// <summary>Stretches a duration by <c>akka.test.timefactor</c>.</summary>
    public TimeSpan Dilated(TimeSpan duration) => duration < TimeSpan.Zero || duration == TimeSpan.MaxValue
        ? duration
        : duration * TestKitSettings.TestTimeFactor;

    /// <summary>What is left of the innermost Within block, or the dilated duration if one is given.</summary>
    /// <exception cref="ArgumentException">The duration is infinite.</exception>
    public TimeSpan RemainingOrDilated(TimeSpan? duration)
    {
        if (duration is not { } given)
        {
            return RemainingOrDefault;
        }

        if (given < TimeSpan.Zero || given == TimeSpan.MaxValue)
        {
            throw new ArgumentException($"A test waits for a finite time, not for {given}; give a duration of 0 or more.", nameof(duration));
        }

        return Dilated(given);
    }

    /// <summary>The timeout given, or <c>akka.test.default-timeout</c>.</summary>
    public TimeSpan GetTimeoutOrDefault(TimeSpan? timeout) => timeout ?? TestKitSettings.DefaultTimeout;

    /// <summary>Expects or mutes log events of another system that has the kit's logger.</summary>
    public EventFilterFactory CreateEventFilter(ActorSystem system) => new(this, system);

    /// <summary>Drops messages before the test sees them.</summary>
    public void IgnoreMessages(Func<object, bool> shouldIgnoreMessage) =>
        TestActor.Tell(new TestKit.TestActor.SetIgnore(message => shouldIgnoreMessage(message)), ActorRefs.NoSender);

    /// <summary>Drops messages of one type before the test sees them.</summary>
    public void IgnoreMessages<TMsg>(Func<TMsg, bool> shouldIgnoreMessage) => IgnoreMessages(message => message is TMsg typed && shouldIgnoreMessage(typed));

    /// <summary>Drops all messages of one type before the test sees them.</summary>
    public void IgnoreMessages<TMsg>() => IgnoreMessages(message => message is TMsg);

    /// <summary>Ends <see cref="IgnoreMessages(Func{object, bool})"/>.</summary>
    public void IgnoreNoMessages() => TestActor.Tell(new TestKit.TestActor.SetIgnore(null), ActorRefs.NoSender);

    /// <summary>Installs a pilot that reacts to what the test actor receives from now on.</summary>
    public void SetAutoPilot(AutoPilot pilot) => TestActor.Tell(new TestKit.TestActor.SetAutoPilot(pilot), ActorRefs.NoSender);

    /// <summary>Lets the test actor watch an actor.</summary>
    public IActorRef Watch(IActorRef actorToWatch)
    {
        TestActor.Tell(new TestKit.TestActor.Watch(actorToWatch), ActorRefs.NoSender);
        return actorToWatch;
    }

    /// <summary>Lets the test actor watch an actor.</summary>
    public Task<IActorRef> WatchAsync(IActorRef actorToWatch) => Task.FromResult(Watch(actorToWatch));

    /// <summary>Lets the test actor watch an actor no longer.</summary>
    public IActorRef Unwatch(IActorRef actorToUnwatch)
    {
        TestActor.Tell(new TestKit.TestActor.Unwatch(actorToUnwatch), ActorRefs.NoSender);
        return actorToUnwatch;
    }

    /// <summary>Lets the test actor watch an actor no longer.</summary>
    public Task<IActorRef> UnwatchAsync(IActorRef actorToUnwatch) => Task.FromResult(Unwatch(actorToUnwatch));

    /// <summary>Stops <see cref="Sys"/>.</summary>
    public virtual void Shutdown(TimeSpan? duration = null, bool verifySystemShutdown = false) =>
        Shutdown(Sys, duration, verifySystemShutdown);

    /// <summary>Stops a system; with <paramref name="verifySystemShutdown"/> the test fails if it does not stop in time.</summary>
    /// <exception cref="TimeoutException">The system did not stop in time and that was to be verified.</exception>
    protected virtual void Shutdown(ActorSystem system, TimeSpan? duration = null, bool verifySystemShutdown = false)
    {
        var limit = duration ?? Dilated(TestKitSettings.DefaultTimeout);
        if (system.Terminate().Wait(limit))
        {
            return;
        }

        var text = $"Actor system {system.Name} did not stop within {limit}; its actors:\n{(system as ExtendedActorSystem)?.PrintTree()}";
        if (verifySystemShutdown)
        {
            throw new TimeoutException(text);
        }

        system.Log.Warning("{0}", text);
    }

    /// <summary>Makes the kit's system, where none is given, and its test actor.</summary>
    protected virtual void InitializeTest(ActorSystem? system, ActorSystemSetup config, string? actorSystemName, string? testActorName)
    {
        if (system is null)
        {
            var bootstrap = config.Get<BootstrapSetup>();
            var own = bootstrap.HasValue ? bootstrap.Value : BootstrapSetup.Create();
            var settings = own.Config.HasValue ? own.Config.Value.WithFallback(DefaultConfig) : DefaultConfig;
            system = ActorSystem.Create(actorSystemName ?? "test", config.WithSetup(own.WithConfig(settings)));
        }

        _testState = new TestKitState(Prepared(system), _assertions);
        AwaitListener();
        _testState.EventFilterFactory = new EventFilterFactory(this);
        _testState.TestActor = CreateTestActor(system, TestKitState.NextName(testActorName));
        if (this is not INoImplicitSender)
        {
            ImplicitSender.Install(_testState.TestActor);
        }
    }

    /// <summary>Makes the kit's system from a configuration, where none is given, and its test actor.</summary>
    protected void InitializeTest(ActorSystem? system, Config config, string? actorSystemName, string? testActorName) =>
        InitializeTest(system, ActorSystemSetup.Create(BootstrapSetup.Create().WithConfig(config)), actorSystemName, testActorName);

    /// <summary>What is left of the innermost Within block, or <paramref name="duration"/> outside of one.</summary>
    protected TimeSpan RemainingOr(TimeSpan duration) => _testState.End is { } end ? Positive(end - Now) : duration;

    /// <summary>Stops what the kit gave to the test's thread.</summary>
    internal void ReleaseImplicitSender()
    {
        if (this is not INoImplicitSender)
        {
            ImplicitSender.Uninstall();
        }
    }

    /// <summary>Waits until the kit's logger listens: a filter installed before that would be lost.</summary>
    private void AwaitListener()
    {
        if (!Sys.Settings.Config.GetStringList("akka.loggers", []).Any(logger => logger.Contains(nameof(TestEventListener), StringComparison.Ordinal)))
        {
            return;
        }

        var there = new ManualResetEventSlim();
        var stop = Now + Dilated(TestKitSettings.DefaultTimeout);
        do
        {
            if (Now > stop)
            {
                throw new TimeoutException($"{nameof(TestEventListener)} of actor system {Sys.Name} did not start within {TestKitSettings.DefaultTimeout}.");
            }

            Sys.EventStream.Publish(new AreYouThere(there));
        }
        while (!there.Wait(TimeSpan.FromMilliseconds(5)));
    }

    private static ActorSystem Prepared(ActorSystem system)
    {
        // A system that was made elsewhere may not have the kit's defaults.
        if (!system.Settings.Config.HasPath("akka.test.default-timeout"))
        {
            system.Settings.InjectTopLevelFallback(DefaultConfig);
        }

        return system;
    }

    private static TimeSpan Positive(TimeSpan duration) => duration > TimeSpan.Zero ? duration : TimeSpan.Zero;
}
