namespace Meditron.Actors.Remote;

/// <summary>A monotonic clock in milliseconds, from which the failure detectors take their time.</summary>
public delegate long Clock();
