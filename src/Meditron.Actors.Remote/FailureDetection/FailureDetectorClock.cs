namespace Meditron.Actors.Remote;

/// <summary>Makes the detectors' millisecond clock out of a <see cref="TimeProvider"/>, so that a simulation can drive it.</summary>
internal static class FailureDetectorClock
{
    /// <summary>Milliseconds of the provider's monotonic timestamp.</summary>
    public static Clock Of(TimeProvider time) => () => (long)(time.GetTimestamp() * (1000.0 / time.TimestampFrequency));
}
