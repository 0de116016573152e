using Meditron.Training.Distributed.Coordination;

namespace Meditron.Training.Tests.Distributed;

public sealed class SilenceLimitTests
{
    private readonly SilenceLimit limit = new(TimeSpan.FromMilliseconds(800));

    [Fact]
    public void Signs_of_life_that_come_in_time_leave_what_is_set()
    {
        Beat(from: 0, to: 300, gap: 0.1);
        Assert.Equal(TimeSpan.FromMilliseconds(800), limit.Current);
    }

    [Fact]
    public void Where_they_come_late_a_silence_may_be_longer_for_a_minute_or_two()
    {
        Beat(from: 0, to: 10, gap: 0.1);
        limit.Add(TimeSpan.FromMilliseconds(600), TimeSpan.FromSeconds(10.6));
        Assert.Equal(TimeSpan.FromSeconds(1.5), limit.Current);
        Beat(from: 10.6, to: 70, gap: 0.1);
        Assert.Equal(TimeSpan.FromSeconds(1.5), limit.Current);
        Beat(from: 70, to: 140, gap: 0.1);
        Assert.Equal(TimeSpan.FromMilliseconds(800), limit.Current);
    }

    [Fact]
    public void What_was_late_before_a_long_pause_is_forgotten()
    {
        limit.Add(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(2));
        Assert.Equal(TimeSpan.FromSeconds(5), limit.Current);
        limit.Add(TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(1000));
        Assert.Equal(TimeSpan.FromMilliseconds(800), limit.Current);
    }

    [Fact]
    public void A_process_that_has_just_started_may_be_silent_for_longer_and_for_longer_still_where_it_was()
    {
        Assert.Equal(TimeSpan.FromSeconds(2.4), limit.Of(SilenceLimit.Youth, false, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(5), limit.Of(SilenceLimit.Youth, false, TimeSpan.FromSeconds(2)));
        Assert.Equal(TimeSpan.FromMilliseconds(800), limit.Of(SilenceLimit.Youth, true, TimeSpan.Zero));
        Assert.Equal(TimeSpan.FromSeconds(1), limit.Of(SilenceLimit.Youth, true, TimeSpan.FromMilliseconds(400)));
        Assert.Equal(TimeSpan.FromMilliseconds(800), limit.Of(2 * SilenceLimit.Youth, false, TimeSpan.FromSeconds(2)));
        limit.Add(TimeSpan.FromSeconds(4), TimeSpan.FromSeconds(4));
        Assert.Equal(TimeSpan.FromSeconds(10), limit.Of(SilenceLimit.Youth, true, TimeSpan.FromSeconds(2)));
    }

    private void Beat(double from, double to, double gap)
    {
        for (var at = from; at < to; at += gap)
        {
            limit.Add(TimeSpan.FromSeconds(gap), TimeSpan.FromSeconds(at + gap));
        }
    }
}
