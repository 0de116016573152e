using Meditron.Actors.Configuration;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote;

/// <summary>
/// Suspects a resource by how unlikely its silence is: phi is minus the decimal logarithm of the probability that a heartbeat comes even later,
/// under a normal distribution fitted to the past intervals (Hayashibara et al. 2004, "The phi accrual failure detector").
/// </summary>
public class PhiAccrualFailureDetector : FailureDetector
{
    private readonly Lock _lock = new();
    private readonly Clock _clock;
    private readonly double _threshold;
    private readonly double _minStdDeviationMillis;
    private readonly long _acceptablePauseMillis;
    private readonly long _firstEstimateMillis;
    private readonly HeartbeatHistory _history;
    private long? _latest;

    /// <summary>Creates a detector.</summary>
    /// <param name="threshold">The phi from which on the resource counts as unavailable; above 0.</param>
    /// <param name="maxSampleSize">How many intervals to remember; at least 1.</param>
    /// <param name="minStdDeviation">Lower bound of the deviation, against over-confidence after a row of even intervals; above 0.</param>
    /// <param name="acceptableHeartbeatPause">Silence that is tolerated on top of the mean interval; 0 or more.</param>
    /// <param name="firstHeartbeatEstimate">The interval assumed before any was measured; above 0.</param>
    /// <param name="clock">Milliseconds of a monotonic clock; <see cref="FailureDetector.DefaultClock"/> when null.</param>
    public PhiAccrualFailureDetector(
        double threshold,
        int maxSampleSize,
        TimeSpan minStdDeviation,
        TimeSpan acceptableHeartbeatPause,
        TimeSpan firstHeartbeatEstimate,
        Clock? clock = null)
    {
        Demand(threshold > 0, "threshold", threshold, "a number above 0");
        Demand(maxSampleSize > 0, "max-sample-size", maxSampleSize, "an integer of at least 1");
        Demand(minStdDeviation > TimeSpan.Zero, "min-std-deviation", minStdDeviation, "a time above 0");
        Demand(acceptableHeartbeatPause >= TimeSpan.Zero, "acceptable-heartbeat-pause", acceptableHeartbeatPause, "a time of 0 or more");
        Demand(firstHeartbeatEstimate > TimeSpan.Zero, "heartbeat-interval", firstHeartbeatEstimate, "a time above 0");
        _clock = clock ?? DefaultClock;
        _threshold = threshold;
        _minStdDeviationMillis = minStdDeviation.TotalMilliseconds;
        _acceptablePauseMillis = (long)acceptableHeartbeatPause.TotalMilliseconds;
        _firstEstimateMillis = (long)firstHeartbeatEstimate.TotalMilliseconds;
        _history = new HeartbeatHistory(maxSampleSize);
    }

    /// <summary>Creates a detector from its section of the configuration.</summary>
    public PhiAccrualFailureDetector(Config config, EventStream ev)
        : this(config, DefaultClock)
    {
    }

    internal PhiAccrualFailureDetector(Config config, Clock? clock)
        : this(
            config.GetDouble("threshold"),
            config.GetInt("max-sample-size"),
            config.GetTimeSpan("min-std-deviation"),
            config.GetTimeSpan("acceptable-heartbeat-pause"),
            config.GetTimeSpan("heartbeat-interval"),
            clock)
    {
    }

    /// <summary>Creates a detector with the defaults of the reference configuration and a clock of its own, for a derived class.</summary>
    protected PhiAccrualFailureDetector(Clock clock)
        : this(10.0, 200, TimeSpan.FromMilliseconds(100), TimeSpan.FromSeconds(10), TimeSpan.FromSeconds(1), clock)
    {
    }

    /// <summary>The name of the resource, for log lines.</summary>
    public string Address { get; set; } = "N/A";

    /// <inheritdoc/>
    public override bool IsAvailable => Phi() < _threshold;

    /// <inheritdoc/>
    public override bool IsMonitoring
    {
        get
        {
            lock (_lock)
            {
                return _latest is not null;
            }
        }
    }

    /// <summary>The suspicion now: 0 before the first heartbeat, growing with the silence.</summary>
    internal double Phi()
    {
        lock (_lock)
        {
            return PhiAt(_clock());
        }
    }

    /// <summary>Phi of a silence of <paramref name="timeDiff"/> milliseconds, by the logistic approximation of the normal distribution's tail.</summary>
    internal static double Phi(long timeDiff, double mean, double stdDeviation)
    {
        var y = (timeDiff - mean) / stdDeviation;
        var e = Math.Exp(-y * (1.5976 + (0.070566 * y * y)));
        // Two forms of one quantity: each is exact where the other would subtract nearly equal numbers.
        return timeDiff > mean ? -Math.Log10(e / (1.0 + e)) : -Math.Log10(1.0 - (1.0 / (1.0 + e)));
    }

    /// <inheritdoc/>
    public override void HeartBeat()
    {
        lock (_lock)
        {
            var now = _clock();
            if (_latest is not { } latest)
            {
                // Two made-up intervals around the estimate give the first deviation: a quarter of it.
                var deviation = _firstEstimateMillis / 4;
                _history.Add(_firstEstimateMillis - deviation);
                _history.Add(_firstEstimateMillis + deviation);
            }
            else if (PhiAt(now) < _threshold)
            {
                // The first heartbeat after an outage says nothing about the rhythm.
                _history.Add(now - latest);
            }

            _latest = now;
        }
    }

    private double PhiAt(long now)
    {
        if (_latest is not { } latest)
        {
            return 0;
        }

        return Phi(now - latest, _history.Mean + _acceptablePauseMillis, Math.Max(_history.StdDeviation, _minStdDeviationMillis));
    }

    private static void Demand(bool holds, string key, object value, string allowed)
    {
        if (!holds)
        {
            throw new ConfigurationException($"Failure detector: {key} is {value}; allowed is {allowed}.");
        }
    }
}
