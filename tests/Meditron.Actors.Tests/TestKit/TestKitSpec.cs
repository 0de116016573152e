using Xunit.Sdk;

namespace Meditron.Actors.Tests.Specs;

public class TestKitSpec : ActorSpec
{
    private static readonly TimeSpan _short = TimeSpan.FromMilliseconds(50);

    [Fact]
    public void The_test_actor_is_the_implicit_sender()
    {
        var echo = ActorOf(() => new EchoActor(this, false));
        echo.Tell("hello");
        ExpectMsg("hello");
        Assert.Equal(TestActor, LastSender);
    }

    [Fact]
    public async Task The_test_actor_is_the_implicit_sender_after_an_await_too()
    {
        var echo = ActorOf(() => new Echo());
        await Task.Delay(1);
        echo.Tell("hello");
        await ExpectMsgAsync("hello");
        echo.Tell("again");
        await ExpectMsgAsync("again");
        Assert.Equal(echo, LastSender);
    }

    [Fact]
    public void A_probe_is_no_implicit_sender_but_sends_replies_and_forwards()
    {
        var probe = CreateTestProbe("probe");
        var echo = ActorOf(() => new Echo());
        probe.Send(echo, "one");
        probe.ExpectMsg("one");
        Assert.Equal(echo, probe.Sender);
        Assert.Equal("probe", probe.Ref.Path.Name);

        probe.Ref.Tell("question");
        probe.ExpectMsg("question");
        probe.Reply("answer");
        ExpectMsg("answer");
        Assert.Equal(probe.Ref, LastSender);

        probe.Ref.Tell("forward me");
        probe.ExpectMsg("forward me");
        probe.Forward(TestActor);
        ExpectMsg("forward me");
        Assert.Equal(TestActor, LastSender);
    }

    [Fact]
    public void A_probe_can_be_passed_as_a_reference()
    {
        var probe = CreateTestProbe();
        var forwarder = ActorOf(() => new ForwardActor(probe));
        forwarder.Tell("through");
        probe.ExpectMsg("through");
        Watch(probe);
        Sys.Stop(probe);
        ExpectTerminated(probe);
    }

    [Fact]
    public void Expectations_that_do_not_hold_fail_the_test()
    {
        Fails(() => ExpectMsg("nothing comes", _short));
        TestActor.Tell("b");
        Fails(() => ExpectMsg("a"));
        TestActor.Tell("b");
        Fails(() => ExpectMsg<int>());
        TestActor.Tell(1);
        Fails(() => ExpectMsg<int>(number => number > 1));
        TestActor.Tell(1);
        Fails(() => ExpectMsg<int>(number => Assert.Equal(2, number)));
        TestActor.Tell(1);
        Fails(() => ExpectMsgFrom(Sys.DeadLetters, 1));
        TestActor.Tell("something");
        Fails(() => ExpectNoMsg(_short));
        TestActor.Tell(1);
        Fails(() => ExpectMsgAllOf(_short, 1, 2));
        TestActor.Tell(1);
        TestActor.Tell(3);
        Fails(() => ExpectMsgAllOf(1, 2));
        TestActor.Tell(1);
        Fails(() => ExpectMsgAnyOf([2, 3]));
        Fails(() => FishForMessage<int>(_ => true, _short));
        Fails(() => AwaitCondition(() => false, _short));
        Fails(() => AwaitAssert(() => Assert.Equal(1, 2), _short));
    }

    [Fact]
    public void Expectations_that_hold_return_the_message()
    {
        TestActor.Tell("text");
        Assert.Equal("text", ExpectMsg<string>());
        TestActor.Tell(5);
        Assert.Equal(5, ExpectMsg<int>(number => number == 5));
        TestActor.Tell(5);
        Assert.Equal(5, ExpectMsg<int>((number, sender) => number == 5 && sender.Equals(TestActor)));
        TestActor.Tell(5);
        Assert.Equal(5, ExpectMsg(4, (expected, actual) => expected + 1 == actual));
        TestActor.Tell(5);
        Assert.Equal(5, ExpectMsgFrom(TestActor, 5));
        TestActor.Tell(2);
        TestActor.Tell(1);
        Assert.Equal([2, 1], ExpectMsgAllOf(1, 2));
        TestActor.Tell(2);
        Assert.Equal(2, ExpectMsgAnyOf([1, 2]));
        TestActor.Tell("x");
        TestActor.Tell(1);
        ExpectMsgAllOfMatchingPredicates(PredicateInfo.Create<int>(number => number == 1), PredicateInfo.Create<string>(text => text == "x"));
        TestActor.Tell("a");
        TestActor.Tell("b");
        TestActor.Tell(1);
        Assert.Equal(1, FishForMessage<int>(_ => true));
        Assert.False(HasMessages);
    }

    [Fact]
    public async Task Asynchronous_expectations_work_as_the_others()
    {
        var echo = ActorOf(() => new Echo());
        echo.Tell(1);
        Assert.Equal(1, await ExpectMsgAsync<int>());
        echo.Tell(2);
        echo.Tell(3);
        Assert.Equal([2, 3], await Collect(ExpectMsgAllOfAsync<int>([3, 2])));
        echo.Tell("a");
        echo.Tell(4);
        Assert.Equal(4, await FishForMessageAsync<int>(_ => true));
        await ExpectNoMsgAsync(_short);
        await Assert.ThrowsAnyAsync<XunitException>(async () => await ExpectMsgAsync("none", _short));
        await WithinAsync(Deadline, async () =>
        {
            echo.Tell(5);
            await ExpectMsgAsync(5);
        });
        var count = 0;
        await AwaitConditionAsync(() => ++count > 3);
        await AwaitAssertAsync(() => Assert.True(++count > 6));
        Assert.False(await AwaitConditionNoThrowAsync(() => false, _short));
    }

    [Fact]
    public void Receiving_takes_and_peeking_does_not()
    {
        TestActor.Tell(1);
        TestActor.Tell(2);
        TestActor.Tell(3);
        TestActor.Tell("end");
        Assert.Equal(1, PeekOne());
        Assert.Equal(1, ReceiveOne());
        Assert.Equal([2, 3], ReceiveWhile<object>(message => message is int ? message : null));
        Assert.True(TryReceiveOne(out var envelope));
        Assert.Equal(("end", TestActor), (envelope.Message, envelope.Sender));
        Assert.Null(ReceiveOne(TimeSpan.Zero));
        TestActor.Tell(1);
        TestActor.Tell(2);
        Assert.Equal([1, 2], ReceiveN(2));
        Fails(() => ReceiveN(1, _short));
    }

    [Fact]
    public void Within_limits_what_is_in_it()
    {
        Within(Deadline, () =>
        {
            Assert.True(Remaining <= Deadline);
            Assert.True(RemainingOrDefault <= Deadline);
        });
        Assert.Throws<InvalidOperationException>(() => Remaining);
        var started = Now;
        Fails(() => Within(_short, () => ExpectMsg("none")));
        Assert.True(Now - started < TestKitSettings.SingleExpectDefault);
        Fails(() => Within(_short, () => { _ = ReceiveOne(TimeSpan.FromMilliseconds(200)); }));
        Fails(() => Within(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2), () => { }));

        // Expecting nothing uses the block up and is no failure of it.
        Within(_short, () => ExpectNoMsg());
    }

    [Fact]
    public void An_auto_pilot_reacts_before_the_test()
    {
        var asker = CreateTestProbe();
        SetAutoPilot(new DelegateAutoPilot((sender, message) =>
        {
            sender.Tell($"{message}!");
            return message is "last" ? AutoPilot.NoAutoPilot : AutoPilot.KeepRunning;
        }));
        asker.Send(TestActor, "first");
        asker.Send(TestActor, "last");
        asker.Send(TestActor, "after");

        asker.ExpectMsg("first!");
        asker.ExpectMsg("last!");
        asker.ExpectNoMsg(_short);
        ExpectMsgAllOf("first", "last", "after");
    }

    [Fact]
    public void Ignored_messages_are_not_seen()
    {
        IgnoreMessages<int>(number => number < 10);
        TestActor.Tell(1);
        TestActor.Tell(10);
        ExpectMsg(10);
        IgnoreNoMessages();
        TestActor.Tell(1);
        ExpectMsg(1);
    }

    [Fact]
    public void Event_filters_count_what_is_logged()
    {
        EventFilter.Warning("careful").ExpectOne(() => Log.Warning("careful"));
        EventFilter.Error(contains: "went").Expect(2, () =>
        {
            Log.Error("this went wrong");
            Log.Error("that went wrong");
        });
        EventFilter.Exception<InvalidOperationException>("why").ExpectOne(() => Log.Error(new InvalidOperationException("why"), "because"));
        EventFilter.Warning(start: "first").And.Error(start: "second").Expect(2, () =>
        {
            Log.Warning("first of two");
            Log.Error("second of two");
        });
        EventFilter.Custom(logEvent => logEvent.Message?.ToString() == "custom").ExpectOne(() => Log.Warning("custom"));
        EventFilter.Warning("never").Expect(0, _short, () => { });
        Assert.Equal(5, EventFilter.Warning("value").ExpectOne(() =>
        {
            Log.Warning("value");
            return 5;
        }));
    }

    [BundledFact("an event too many always fails the test")]
    public void Event_filters_fail_the_test_when_too_few_or_too_many_events_come()
    {
        EventFilter.Warning("careful").Mute();
        Fails(() => EventFilter.Warning("careful").ExpectOne(_short, () => { }));
        Fails(() => EventFilter.Warning("careful").Expect(1, _short, () =>
        {
            Log.Warning("careful");
            Log.Warning("careful");

            // Both have passed the logger when one more event has.
            EventFilter.Warning("marker").ExpectOne(() => Log.Warning("marker"));
        }));
        Fails(() => EventFilter.Warning("careful").Expect(0, _short, () =>
        {
            Log.Warning("careful");
            EventFilter.Warning("marker").ExpectOne(() => Log.Warning("marker"));
        }));
    }

    [Fact]
    public async Task Event_filters_wait_asynchronously_too()
    {
        await EventFilter.Warning("later").ExpectOneAsync(async () =>
        {
            await Task.Yield();
            Log.Warning("later");
        });
        await EventFilter.DeadLetter<string>().ExpectOneAsync(() =>
        {
            Sys.DeadLetters.Tell("lost");
            return Task.CompletedTask;
        });
    }

    [BundledFact("sources of events may be named without the address")]
    public void Sources_of_log_events_may_be_named_by_path()
    {
        EventFilter.Warning("grmpf").Mute();
        var actor = ActorOf(() => new Grumbler(), "grumbler");
        EventFilter.Warning("grmpf", source: "/user/grumbler").ExpectOne(() => actor.Tell("go"));
        Fails(() => EventFilter.Warning("grmpf", source: "/user/other").ExpectOne(_short, () => actor.Tell("go")));
    }

    [Fact]
    public void A_test_actor_ref_runs_on_the_calling_thread_and_shows_its_instance()
    {
        var actor = ActorOfAsTestActorRef<Adder>("adder");
        actor.Tell(2);
        actor.Tell(3);
        Assert.Equal(5, actor.UnderlyingActor.Sum);
        Assert.Equal(Environment.CurrentManagedThreadId, actor.UnderlyingActor.Thread);
        actor.Receive(4);
        Assert.Equal(9, actor.UnderlyingActor.Sum);
        Assert.Throws<InvalidOperationException>(() => actor.Receive("fail"));
        Assert.Equal("/user/adder", actor.Path.ToStringWithoutAddress());
        Watch(actor);
        Sys.Stop(actor);
        ExpectTerminated(actor);
    }

    [Fact]
    public async Task A_test_actor_ref_waits_for_asynchronous_handlers()
    {
        var actor = ActorOfAsTestActorRef<Adder>();
        await actor.ReceiveAsync(5L);
        Assert.Equal(5, actor.UnderlyingActor.Sum);
    }

    [Fact]
    public void Children_of_the_test_actor_are_supervised_as_the_test_says()
    {
        EventFilter.Exception<InvalidOperationException>().Mute();
        var stopped = ChildActorOf(Props.Create<Adder>(), "stopped", SupervisorStrategy.StoppingStrategy);
        var restarted = ChildActorOf(Props.Create<Adder>(), "restarted");
        Watch(stopped);
        Watch(restarted);
        restarted.Tell("fail");
        stopped.Tell("fail");
        ExpectTerminated(stopped);
        ExpectNoMsg(_short);
        Assert.Equal(TestActor.Path, stopped.Path.Parent);
    }

    [BundledFact("an open latch may be counted down further")]
    public void Latches_and_barriers_wait_for_threads_with_an_end()
    {
        var latch = CreateTestLatch(2);
        Assert.Throws<TimeoutException>(() => latch.Ready(_short));
        latch.CountDown();
        latch.CountDown();
        latch.CountDown();
        Assert.True(latch.IsOpen);
        latch.Ready();
        latch.Reset();
        Assert.False(latch.IsOpen);

        var barrier = CreateTestBarrier(2);
        var other = new Thread(() => barrier.Await());
        other.Start();
        barrier.Await();
        Assert.True(other.Join(Deadline));
        Assert.Throws<TimeoutException>(() => barrier.Await(_short));
    }

    [Fact]
    public void Settings_are_read_from_the_configuration()
    {
        Assert.Equal(Deadline, TestKitSettings.SingleExpectDefault);
        Assert.Equal(Deadline, TestKitSettings.TestEventFilterLeeway);
        Assert.Equal(Deadline, TestKitSettings.DefaultTimeout);
        Assert.Equal(1.0, TestKitSettings.TestTimeFactor);
        Assert.Equal(TimeSpan.FromSeconds(1), Dilated(TimeSpan.FromSeconds(1)));
        var exception = Assert.Throws<ConfigurationException>(() =>
            new TestKitSettings(ConfigurationFactory.ParseString("akka.test.timefactor = 0").WithFallback(DefaultConfig)));
        Assert.Contains("akka.test.timefactor", exception.Message, StringComparison.Ordinal);
    }

    private static async Task<List<T>> Collect<T>(IAsyncEnumerable<T> messages)
    {
        var list = new List<T>();
        await foreach (var message in messages)
        {
            list.Add(message);
        }

        return list;
    }

    private static void Fails(Action action) => Assert.ThrowsAny<XunitException>(action);

    private static void Fails<T>(Func<T> function) => Assert.ThrowsAny<XunitException>(() => { function(); });

    private sealed class Echo : ReceiveActor
    {
        public Echo() => ReceiveAny(message => Sender.Tell(message));
    }

    private sealed class Grumbler : ReceiveActor
    {
        public Grumbler() => ReceiveAny(_ => Context.GetLogger().Warning("grmpf"));
    }

    private sealed class Adder : ReceiveActor
    {
        public Adder()
        {
            Receive<int>(number =>
            {
                Sum += number;
                Thread = Environment.CurrentManagedThreadId;
            });
            ReceiveAsync<long>(async number =>
            {
                await Task.Delay(1);
                Sum += (int)number;
            });
            ReceiveAny(_ => throw new InvalidOperationException("told to fail"));
        }

        public int Sum { get; private set; }

        public int Thread { get; private set; }
    }
}
