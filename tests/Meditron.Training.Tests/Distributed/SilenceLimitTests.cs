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

    private void Beat(double from, double to, double gap)
    {
        for (var at = from; at < to; at += gap)
        {
            limit.Add(TimeSpan.FromSeconds(gap), TimeSpan.FromSeconds(at + gap));
        }
    }
}
