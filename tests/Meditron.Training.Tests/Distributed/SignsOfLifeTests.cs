using Meditron.Training.Distributed.Coordination;

namespace Meditron.Training.Tests.Distributed;

/// <summary>How long a worker may be silent, in seconds of a clock that a test moves.</summary>
public sealed class SignsOfLifeTests
{
    private readonly SilenceLimit limit = new(TimeSpan.FromSeconds(0.8));
    private readonly SignsOfLife signs = new(At(100));
    private double now = 100;

    [Fact]
    public void One_that_has_never_been_heard_is_not_silent() => Assert.Null(signs.SilentFor(At(1000), limit));

    [Fact]
    public void One_that_has_just_started_may_be_silent_for_three_times_as_long()
    {
        Beat(20, 0.1);
        MayBeSilentFor(2.4);
    }

    [Fact]
    public void And_for_longer_where_it_was()
    {
        Beat(3, 0.1);
        Beat(1, 2);
        MayBeSilentFor(5);
    }

    [Fact]
    public void One_that_has_rehearsed_and_whose_signs_come_in_time_may_be_silent_for_as_long_as_is_set()
    {
        Beat(5, 0.1);
        Beat(1, 2);
        signs.Rehearsed();
        Beat(1 + SignsOfLife.Enough, 0.1);
        MayBeSilentFor(0.8);
        Beat(1, 0.4);
        MayBeSilentFor(1);
    }

    [Fact]
    public void One_that_has_rehearsed_on_a_machine_without_time_may_be_silent_for_longer_until_its_signs_come_in_time()
    {
        signs.Rehearsed();
        Beat(SignsOfLife.Enough, 0.1);
        Beat(1, 0.4);
        Beat(SignsOfLife.Enough - 1, 0.1);
        MayBeSilentFor(2.4);
        Beat(1, 0.1);
        MayBeSilentFor(1);
    }

    [Fact]
    public void One_that_is_not_young_any_more_must_have_come_in_time_too_and_tells_of_all_then()
    {
        now += SilenceLimit.Youth.TotalSeconds;
        Beat(40, 0.5);
        MayBeSilentFor(2.4);
        Assert.Equal(At(0.8), limit.Current);
        Beat(SignsOfLife.Enough, 0.1);
        MayBeSilentFor(0.8);
        Beat(1, 0.6);
        MayBeSilentFor(1.5);
        Assert.Equal(At(1.5), limit.Current);
    }

    [Fact]
    public void What_the_listener_slept_through_is_no_silence()
    {
        signs.Rehearsed();
        Beat(20, 0.1);
        signs.Excuse(At(5));
        Assert.Null(signs.SilentFor(At(now + 5.7), limit));
        Assert.NotNull(signs.SilentFor(At(now + 5.9), limit));
    }

    private static TimeSpan At(double seconds) => TimeSpan.FromSeconds(seconds);

    private void Beat(int count, double gap)
    {
        for (var beat = 0; beat < count; beat++)
        {
            now += gap;
            signs.Hear(At(now), limit);
        }
    }

    private void MayBeSilentFor(double seconds)
    {
        Assert.Null(signs.SilentFor(At(now + seconds - 0.01), limit));
        Assert.Equal(seconds + 0.01, signs.SilentFor(At(now + seconds + 0.01), limit)?.TotalSeconds ?? 0, 3);
    }
}
