namespace Meditron.Actors.Tests.Specs;

public class CircuitBreakerSpec : ActorSpec
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public CircuitBreakerSpec()
        : base(VirtualTime)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task A_closed_breaker_lets_calls_through()
    {
        var breaker = Breaker();

        Assert.Equal(3, await breaker.WithCircuitBreaker(() => Task.FromResult(3)));
        Assert.Equal(4, breaker.WithSyncCircuitBreaker(() => 4));
        Assert.True(breaker.IsClosed);
    }

    [Fact]
    public async Task Failures_in_a_row_open_it_and_calls_then_fail_at_once()
    {
        var breaker = Breaker(maxFailures: 2);
        var opened = 0;
        breaker.OnOpen(() => opened++);
        await Fail(breaker);
        Assert.True(breaker.IsClosed);
        await Fail(breaker);

        AwaitAssert(() => Assert.True(breaker.IsOpen));
        var called = false;
        var refused = await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.WithCircuitBreaker(() =>
        {
            called = true;
            return Task.FromResult(1);
        }));
        Assert.False(called);
        Assert.IsType<FormatException>(refused.InnerException);
        Assert.Throws<OpenCircuitException>(() => breaker.WithSyncCircuitBreaker(() => 1));
        AwaitAssert(() => Assert.Equal(1, opened));
    }

    [Fact]
    public async Task A_success_between_failures_starts_the_count_anew()
    {
        var breaker = Breaker(maxFailures: 2);
        await Fail(breaker);
        await breaker.WithCircuitBreaker(() => Task.FromResult(1));
        await Fail(breaker);

        Assert.True(breaker.IsClosed);
        Assert.Equal(1, breaker.CurrentFailureCount);
    }

    [Fact]
    public async Task After_the_pause_one_call_is_tried_and_its_success_closes_it()
    {
        var breaker = Breaker();
        var states = new List<string>();
        breaker.OnHalfOpen(() => states.Add("half open")).OnClose(() => states.Add("closed"));
        await Open(breaker);
        Scheduler.Advance(9 * _second);
        Assert.True(breaker.IsOpen);
        Scheduler.Advance(_second);
        AwaitAssert(() => Assert.True(breaker.IsHalfOpen));
        var trial = new TaskCompletionSource<int>();
        var tried = breaker.WithCircuitBreaker(() => trial.Task);
        await Assert.ThrowsAsync<OpenCircuitException>(() => breaker.WithCircuitBreaker(() => Task.FromResult(1)));
        trial.SetResult(7);

        Assert.Equal(7, await tried);
        AwaitAssert(() => Assert.True(breaker.IsClosed));
        AwaitAssert(() => Assert.Equal(["half open", "closed"], states));
    }

    [Fact]
    public async Task A_failed_trial_opens_it_again()
    {
        var breaker = Breaker();
        await Open(breaker);
        Scheduler.Advance(10 * _second);
        AwaitAssert(() => Assert.True(breaker.IsHalfOpen));
        await Fail(breaker);

        AwaitAssert(() => Assert.True(breaker.IsOpen));
    }

    [Fact]
    public async Task With_backoff_the_pause_doubles_with_a_failed_trial()
    {
        var breaker = Breaker().WithExponentialBackoff(60 * _second);
        await Open(breaker);
        Scheduler.Advance(10 * _second);
        AwaitAssert(() => Assert.True(breaker.IsHalfOpen));
        await Fail(breaker);
        AwaitAssert(() => Assert.True(breaker.IsOpen));
        Scheduler.Advance(19 * _second);
        Assert.True(breaker.IsOpen);
        Scheduler.Advance(_second);

        AwaitAssert(() => Assert.True(breaker.IsHalfOpen));
    }

    [BundledFact("Akka.NET measures calls by the time of day")]
    public async Task A_call_that_takes_too_long_has_failed()
    {
        var breaker = Breaker();
        var never = new TaskCompletionSource<int>();
        var call = breaker.WithCircuitBreaker(() => never.Task);
        Scheduler.Advance(_second);

        await Assert.ThrowsAsync<TimeoutException>(() => call);
        Assert.True(breaker.IsOpen);
    }

    [Fact]
    public async Task Outcomes_elsewhere_may_be_reported()
    {
        var breaker = Breaker();
        breaker.Fail();
        AwaitAssert(() => Assert.True(breaker.IsOpen));
        Scheduler.Advance(10 * _second);
        AwaitAssert(() => Assert.True(breaker.IsHalfOpen));
        breaker.Succeed();

        AwaitAssert(() => Assert.True(breaker.IsClosed));
        Assert.Equal(1, await breaker.WithCircuitBreaker(() => Task.FromResult(1)));
    }

    [Fact]
    public void What_a_call_throws_comes_out_and_counts()
    {
        var breaker = Breaker();

        Assert.Throws<FormatException>(() => breaker.WithSyncCircuitBreaker<int>(() => throw new FormatException("boom")));
        AwaitAssert(() => Assert.True(breaker.IsOpen));
    }

    private static async Task Fail(CircuitBreaker breaker) =>
        await Assert.ThrowsAsync<FormatException>(() => breaker.WithCircuitBreaker(() => Task.FromException<int>(new FormatException("boom"))));

    private CircuitBreaker Breaker(int maxFailures = 1) => new(Sys.Scheduler, maxFailures, _second, 10 * _second);

    private async Task Open(CircuitBreaker breaker)
    {
        await Fail(breaker);
        AwaitAssert(() => Assert.True(breaker.IsOpen));
    }
}
