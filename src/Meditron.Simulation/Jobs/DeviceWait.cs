namespace Meditron.Simulation.Jobs;

/// <summary>What a device's work waits for before it goes on.</summary>
internal abstract record DeviceWait
{
    /// <summary>Whether an abort of the generation ends it.</summary>
    public virtual bool CanBeAborted => true;
}

/// <summary>Time in which the device works.</summary>
internal sealed record Work(TimeSpan Time, bool IsAbortable = true) : DeviceWait
{
    public override bool CanBeAborted => IsAbortable;
}

/// <summary>A collective of some ranks; what all bring is told once they have.</summary>
internal sealed record Meeting(ExchangeKind Kind, int Step, IReadOnlyList<int> Ranks, object Contribution, TimeSpan Timeout) : DeviceWait
{
    /// <summary>What all bring.</summary>
    public object[] All { get; set; } = [];
}

/// <summary>That a checkpoint no longer reads a version of the state.</summary>
internal sealed record UnreadVersion(int Slot) : DeviceWait
{
    public override bool CanBeAborted => false;
}
