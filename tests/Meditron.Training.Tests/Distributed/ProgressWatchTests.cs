using Meditron.Training.Distributed.Coordination;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Tests.Distributed;

/// <summary>Who of a generation's ranks stands still.</summary>
public sealed class ProgressWatchTests
{
    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(10);

    private readonly ProgressWatch watch = new(Timeout);
    private TimeSpan now = TimeSpan.FromHours(1);
    private long count;

    [Fact]
    public void The_rank_that_computes_is_to_blame_and_not_those_that_wait_for_it()
    {
        Begin(DeviceState.Waiting, DeviceState.Computing, DeviceState.Waiting, DeviceState.Storing);
        Assert.Equal([1], After(11).Culprits);
        Assert.False(After(0).IsDeadlock);
        Assert.Contains("computed for 11.0 s", After(0).Reason, StringComparison.Ordinal);
    }

    [Fact]
    public void A_rank_that_gets_something_done_is_not_to_blame_however_long_its_step_takes()
    {
        Begin(DeviceState.Waiting, DeviceState.Computing);
        for (var second = 0; second < 100; second++)
        {
            watch.Heard(1, ++count, DeviceState.Computing, now);
            Assert.Same(ProgressJudgement.Fine, After(1));
        }
    }

    [Fact]
    public void Where_all_wait_nobody_is_to_blame_and_a_message_was_lost()
    {
        Begin(DeviceState.Waiting, DeviceState.Waiting, DeviceState.Resting);
        Assert.Same(ProgressJudgement.Fine, After(9));
        var judged = After(2);
        Assert.Empty(judged.Culprits);
        Assert.True(judged.IsDeadlock);
    }

    [Theory]
    [InlineData(DeviceState.Storing)]
    [InlineData(DeviceState.Unknown)]
    public void A_rank_that_waits_for_a_disk_or_tells_nothing_is_waited_for(DeviceState state)
    {
        Begin(DeviceState.Waiting, state);
        Assert.Same(ProgressJudgement.Fine, After(10_000));
    }

    [Fact]
    public void A_job_with_a_slow_pace_gets_five_times_its_longest_pause_and_forgets_one_that_was_long_once()
    {
        Begin(DeviceState.Computing);
        now += TimeSpan.FromSeconds(8);
        watch.Heard(0, ++count, DeviceState.Computing, now);
        Assert.Equal(TimeSpan.FromSeconds(40), watch.Patience);
        for (var step = 0; step < 100; step++)
        {
            watch.Stepped();
        }

        Assert.Equal(Timeout, watch.Patience);
    }

    [Fact]
    public void The_first_step_of_a_generation_may_take_longer()
    {
        watch.Begin(1, now);
        watch.Heard(0, ++count, DeviceState.Computing, now);
        Assert.Same(ProgressJudgement.Fine, After(59));
        Assert.Equal([0], After(2).Culprits);
    }

    [Fact]
    public void Time_in_which_nobody_was_listened_to_counts_for_nobody()
    {
        Begin(DeviceState.Computing, DeviceState.Waiting);
        now += TimeSpan.FromMinutes(10);
        watch.Excuse(TimeSpan.FromMinutes(10));
        Assert.Same(ProgressJudgement.Fine, After(9));
        Assert.Equal([0], After(2).Culprits);
    }

    private void Begin(params DeviceState[] states)
    {
        watch.Begin(states.Length, now);
        for (var rank = 0; rank < states.Length; rank++)
        {
            watch.Heard(rank, ++count, states[rank], now);
        }

        watch.Stepped();
    }

    private ProgressJudgement After(double seconds)
    {
        now += TimeSpan.FromSeconds(seconds);
        return watch.Judge(now);
    }
}
