namespace Meditron.Training.Distributed.Launching;

/// <summary>What a launcher keeps running on its machine.</summary>
public sealed record NodeLauncherOptions
{
    /// <summary>Worker processes.</summary>
    public required int Workers { get; init; }

    /// <summary>Processes beyond them that wait to take a failed one's place.</summary>
    public required int Standbys { get; init; }

    /// <summary>Wait before the first restart of a slot; doubles with each that follows soon after.</summary>
    public TimeSpan MinBackoff { get; init; } = TimeSpan.FromMilliseconds(200);

    /// <summary>Longest wait before a restart.</summary>
    public TimeSpan MaxBackoff { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A process that lived this long was healthy: its next restart waits the least again.</summary>
    public TimeSpan HealthyAfter { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>Starts again of one slot within <see cref="RestartsWindow"/> after which it is given up; 0 for any number.</summary>
    public int RestartsMax { get; init; }

    /// <summary>The time in which they are counted.</summary>
    public TimeSpan RestartsWindow { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Told, in words, of a slot that is given up.</summary>
    public Action<string> GivenUp { get; init; } = _ => { };

    /// <summary>How long processes may take to end when they are asked to; then they are killed.</summary>
    public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Exit codes after which a slot is not started again, such as that of a worker which the job refuses.</summary>
    public IReadOnlyList<int> Final { get; init; } = [];
}
