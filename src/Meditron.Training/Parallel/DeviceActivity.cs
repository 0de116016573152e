namespace Meditron.Training.Parallel;

/// <summary>What a device is doing, as others may judge it: one that computes must get on by itself, one that waits cannot.</summary>
public enum DeviceActivity
{
    /// <summary>It has nothing to do.</summary>
    Idle,

    /// <summary>It computes.</summary>
    Computing,

    /// <summary>It waits for other ranks.</summary>
    Waiting,

    /// <summary>It waits for a disk, or for the memory of another machine.</summary>
    Storing,
}
