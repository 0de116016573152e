namespace Meditron.Actors.Tests.Specs;

public class RetrySpec : ActorSpec
{
    private static readonly TimeSpan _second = TimeSpan.FromSeconds(1);

    public RetrySpec()
        : base(VirtualTime)
    {
    }

    private TestScheduler Scheduler => (TestScheduler)Sys.Scheduler;

    [Fact]
    public async Task A_success_is_not_tried_again()
    {
        var calls = 0;

        Assert.Equal(1, await RetrySupport.Retry(() => Task.FromResult(++calls), 5, _second, Sys.Scheduler));
    }

    [Fact]
    public async Task The_last_failure_is_the_results()
    {
        var calls = 0;
        var failed = await Assert.ThrowsAsync<FormatException>(
            () => RetrySupport.Retry<int>(() => Task.FromException<int>(new FormatException($"failure {++calls}")), 2));

        Assert.Equal(("failure 3", 3), (failed.Message, calls));
    }

    [Fact]
    public async Task Between_attempts_is_a_pause()
    {
        var calls = 0;
        var result = RetrySupport.Retry(() => ++calls < 3 ? Task.FromException<int>(new FormatException("not yet")) : Task.FromResult(calls), 5, _second, Sys.Scheduler);
        Assert.False(result.IsCompleted);
        AwaitAssert(() =>
        {
            Scheduler.Advance(_second);
            Assert.True(result.IsCompleted);
        });

        Assert.Equal(3, await result);
    }

    [Fact]
    public async Task A_call_is_made_after_a_time()
    {
        var result = FutureTimeoutSupport.After(_second, Sys.Scheduler, () => Task.FromResult(5));
        Scheduler.Advance(TimeSpan.FromMilliseconds(999));
        Assert.False(result.IsCompleted);
        Scheduler.Advance(TimeSpan.FromMilliseconds(1));

        Assert.Equal(5, await result);
    }
}
