using System.ComponentModel.DataAnnotations;

namespace Meditron.Training.Chaos;

/// <summary>A fault that is planned for a run: <c>meditron.chaos.faults</c>. It happens once.</summary>
/// <param name="Point">Where.</param>
/// <param name="Action">What.</param>
/// <param name="Step">In which step, counted from 1.</param>
/// <param name="Rank">To whoever has this rank.</param>
/// <param name="Seconds">How long, of a slow device.</param>
/// <param name="Code">The exit code, of a process that ends.</param>
/// <param name="Lasting">Whether it goes on until the process ends, of a miscomputation.</param>
/// <param name="Group">Among which ranks, of a chunk that is damaged or lost.</param>
public sealed record Fault(
    FaultPoint Point,
    FaultAction Action,
    [property: Range(0, int.MaxValue)] int Step,
    [property: Range(0, int.MaxValue)] int Rank = 0,
    [property: Range(0.0, 86400.0)] double Seconds = 1,
    [property: Range(0, 255)] int Code = 1,
    bool Lasting = false,
    FaultGroup Group = FaultGroup.World);
