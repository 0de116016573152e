namespace Meditron.Training.Settings;

/// <summary>What a job does that has lost workers and has fewer than its layout needs.</summary>
public enum TooFewWorkersAction
{
    /// <summary>Goes on with fewer copies of the model at once, and grows again when workers return.</summary>
    Shrink,

    /// <summary>Waits for workers first.</summary>
    Wait,

    /// <summary>Ends.</summary>
    Stop,
}
