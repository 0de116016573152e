using Meditron.Actors.Configuration;
using Meditron.Actors.Event;

namespace Meditron.Actors.Remote;

/// <summary>Calls a resource unavailable once no heartbeat has come for the interval and the acceptable pause together.</summary>
public class DeadlineFailureDetector : FailureDetector
{
    private readonly Clock _clock;
    private readonly long _deadlineMillis;
    private long _latest;
    private volatile bool _active;

    /// <summary>Creates a detector whose deadline is the acceptable pause alone.</summary>
    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, Clock? clock = null)
        : this(acceptableHeartbeatPause, TimeSpan.Zero, clock)
    {
    }

    /// <summary>Creates a detector whose deadline is the interval and the acceptable pause together.</summary>
    /// <param name="acceptableHeartbeatPause">Silence that is tolerated on top of the interval; 0 or more.</param>
    /// <param name="heartbeatInterval">How often heartbeats are sent; 0 or more.</param>
    /// <param name="clock">Milliseconds of a monotonic clock; <see cref="FailureDetector.DefaultClock"/> when null.</param>
    public DeadlineFailureDetector(TimeSpan acceptableHeartbeatPause, TimeSpan heartbeatInterval, Clock? clock = null)
    {
        if (acceptableHeartbeatPause < TimeSpan.Zero || heartbeatInterval < TimeSpan.Zero || acceptableHeartbeatPause + heartbeatInterval <= TimeSpan.Zero)
        {
            throw new ConfigurationException(
                $"Failure detector: acceptable-heartbeat-pause is {acceptableHeartbeatPause} and heartbeat-interval is {heartbeatInterval}; "
                + "allowed are times of 0 or more whose sum is above 0.");
        }

        _clock = clock ?? DefaultClock;
        _deadlineMillis = (long)(acceptableHeartbeatPause + heartbeatInterval).TotalMilliseconds;
    }

    /// <summary>Creates a detector from its section of the configuration.</summary>
    public DeadlineFailureDetector(Config config, EventStream ev)
        : this(config, DefaultClock)
    {
    }

    internal DeadlineFailureDetector(Config config, Clock? clock)
        : this(config.GetTimeSpan("acceptable-heartbeat-pause"), config.GetTimeSpan("heartbeat-interval"), clock)
    {
    }

    /// <inheritdoc/>
    public override bool IsAvailable => !_active || _clock() <= Volatile.Read(ref _latest) + _deadlineMillis;

    /// <inheritdoc/>
    public override bool IsMonitoring => _active;

    /// <inheritdoc/>
    public override void HeartBeat()
    {
        Volatile.Write(ref _latest, _clock());
        _active = true;
    }
}
