using Meditron.Training.Chaos;

namespace Meditron.Training.Settings;

/// <summary>Faults that are planned for a run, to see it survive them: <c>meditron.chaos</c>.</summary>
public sealed record ChaosSettings
{
    /// <summary>The faults.</summary>
    public required IReadOnlyList<Fault> Faults { get; init; }
}
