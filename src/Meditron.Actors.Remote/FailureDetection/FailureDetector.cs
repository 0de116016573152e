namespace Meditron.Actors.Remote;

/// <summary>Judges from the arrival times of one resource's heartbeats whether that resource is available.</summary>
public abstract class FailureDetector
{
    /// <summary>The clock of a detector that was given none: the machine's monotonic clock.</summary>
    public static readonly Clock DefaultClock = FailureDetectorClock.Of(TimeProvider.System);

    /// <summary>Whether the resource is considered up; true as long as no heartbeat has ever arrived.</summary>
    public abstract bool IsAvailable { get; }

    /// <summary>Whether a heartbeat has arrived, so that its absence means something.</summary>
    public abstract bool IsMonitoring { get; }

    /// <summary>Records that a heartbeat arrived now.</summary>
    public abstract void HeartBeat();
}
