using Meditron.Actors.Configuration;

namespace Meditron.Actors.Remote.Tests.FailureDetection;

public sealed class FailureDetectorTests
{
    private long _now = 1_000_000;

    private PhiAccrualFailureDetector Phi(
        double threshold = 8, int samples = 1000, int minStdDeviation = 10, int pause = 0, int estimate = 1000) =>
        new(
            threshold,
            samples,
            TimeSpan.FromMilliseconds(minStdDeviation),
            TimeSpan.FromMilliseconds(pause),
            TimeSpan.FromMilliseconds(estimate),
            () => _now);

    // By hand: y = (t - mean) / std, e = exp(-y (1.5976 + 0.070566 y^2)), phi = -log10(e / (1 + e)).
    [Theory]
    [InlineData(1000, 1000, 100, 0.30103)] // y = 0: half of all heartbeats come later; log10(2)
    [InlineData(1100, 1000, 100, 0.79951)] // y = 1: e = exp(-1.668166) = 0.188593, e / (1 + e) = 0.158669
    [InlineData(1200, 1000, 100, 1.64283)] // y = 2: e = exp(-3.759728) = 0.0232901
    [InlineData(1500, 1000, 100, 7.299947)] // y = 5: e = exp(-16.80875)
    [InlineData(900, 1000, 100, 0.07503)] // y = -1: 1 - 1/(1 + e) with e = exp(1.668166) = 5.30243, so 0.841330
    public void Phi_follows_the_published_approximation(long silence, double mean, double deviation, double expected)
    {
        Assert.Equal(expected, PhiAccrualFailureDetector.Phi(silence, mean, deviation), 5e-5);
    }

    [Fact]
    public void Detector_is_available_and_not_monitoring_before_the_first_heartbeat()
    {
        var detector = Phi();
        _now += 1_000_000;
        Assert.True(detector.IsAvailable);
        Assert.False(detector.IsMonitoring);
        detector.HeartBeat();
        Assert.True(detector.IsMonitoring);
    }

    [Fact]
    public void First_heartbeat_assumes_the_estimate_and_a_quarter_of_it_as_deviation()
    {
        var detector = Phi(estimate: 1000);
        detector.HeartBeat();
        _now += 1000; // exactly the assumed mean
        Assert.Equal(0.30103, detector.Phi(), 4);
        _now += 250; // one assumed deviation later
        Assert.Equal(0.79951, detector.Phi(), 4);
    }

    [Fact]
    public void Silence_makes_unavailable_and_a_heartbeat_makes_available_again()
    {
        var detector = Phi(minStdDeviation: 100);
        for (var i = 0; i < 100; i++)
        {
            detector.HeartBeat();
            _now += 1000;
        }

        Assert.True(detector.IsAvailable);
        _now += 5000;
        Assert.False(detector.IsAvailable);
        detector.HeartBeat();
        Assert.True(detector.IsAvailable);
    }

    [Fact]
    public void Acceptable_pause_is_tolerated_on_top_of_the_mean()
    {
        var detector = Phi(minStdDeviation: 100, pause: 3000);
        for (var i = 0; i < 1000; i++)
        {
            detector.HeartBeat();
            _now += 1000;
        }

        // 1000 even intervals push the two made-up first ones out but for traces: mean 1000, deviation at its minimum of 100.
        _now += 3000; // 4000 of silence is mean + pause
        Assert.Equal(0.30103, detector.Phi(), 1);
        Assert.True(detector.IsAvailable);
        _now += 600; // y = 6: phi is about 10.8
        Assert.False(detector.IsAvailable);
    }

    [Fact]
    public void Window_forgets_the_oldest_intervals()
    {
        var detector = Phi(samples: 3, minStdDeviation: 100, threshold: 1000);
        foreach (var interval in new[] { 5000, 100, 200, 300 })
        {
            detector.HeartBeat();
            _now += interval;
        }

        detector.HeartBeat();
        // Held are 100, 200, 300: mean 200, deviation 81.6 below the minimum of 100.
        _now += 300;
        Assert.Equal(0.79951, detector.Phi(), 4);
    }

    [Fact]
    public void First_heartbeat_after_an_outage_does_not_change_the_rhythm()
    {
        var detector = Phi(samples: 10, minStdDeviation: 100);
        for (var i = 0; i < 20; i++)
        {
            detector.HeartBeat();
            _now += 1000;
        }

        _now += 60_000;
        Assert.False(detector.IsAvailable);
        detector.HeartBeat();
        _now += 1000;
        Assert.Equal(0.30103, detector.Phi(), 4);
    }

    [Fact]
    public void Deadline_detector_is_unavailable_after_interval_and_pause()
    {
        var detector = new DeadlineFailureDetector(TimeSpan.FromSeconds(2), TimeSpan.FromSeconds(1), () => _now);
        Assert.True(detector.IsAvailable);
        Assert.False(detector.IsMonitoring);
        detector.HeartBeat();
        _now += 3000;
        Assert.True(detector.IsAvailable);
        _now += 1;
        Assert.False(detector.IsAvailable);
        detector.HeartBeat();
        Assert.True(detector.IsAvailable);
    }

    [Fact]
    public void Registry_keeps_one_detector_a_resource_and_forgets_on_demand()
    {
        var registry = new DefaultFailureDetectorRegistry<string>(() => Phi(minStdDeviation: 100));
        Assert.True(registry.IsAvailable("a"));
        Assert.False(registry.IsMonitoring("a"));
        registry.Heartbeat("a");
        _now += 10_000;
        registry.Heartbeat("b");
        Assert.False(registry.IsAvailable("a"));
        Assert.True(registry.IsAvailable("b"));
        Assert.Equal("a", ((PhiAccrualFailureDetector)registry.GetFailureDetector("a")!).Address);
        registry.Remove("a");
        Assert.True(registry.IsAvailable("a"));
        registry.Reset();
        Assert.False(registry.IsMonitoring("b"));
    }

    [Fact]
    public void Settings_out_of_range_are_refused_by_key_and_value()
    {
        var error = Assert.Throws<ConfigurationException>(() => Phi(threshold: 0));
        Assert.Contains("threshold is 0", error.Message, StringComparison.Ordinal);
        Assert.Throws<ConfigurationException>(() => Phi(samples: 0));
        Assert.Throws<ConfigurationException>(() => Phi(minStdDeviation: 0));
        Assert.Throws<ConfigurationException>(() => Phi(pause: -1));
        Assert.Throws<ConfigurationException>(() => Phi(estimate: 0));
        Assert.Throws<ConfigurationException>(() => new DeadlineFailureDetector(TimeSpan.FromSeconds(-1)));
    }

    [Fact]
    public void Clock_follows_the_time_provider_it_is_made_of()
    {
        var time = new StepTime();
        var clock = FailureDetectorClock.Of(time);
        var before = clock();
        time.Ticks += 2500 * TimeSpan.TicksPerMillisecond;
        Assert.Equal(2500, clock() - before);
    }

    private sealed class StepTime : TimeProvider
    {
        public long Ticks { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Ticks;
    }
}
