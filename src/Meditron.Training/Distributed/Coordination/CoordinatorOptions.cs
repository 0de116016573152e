using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Divergence;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Coordination;

/// <summary>What a coordinator knows of its job from the configuration.</summary>
public sealed record CoordinatorOptions
{
    /// <summary>Name of the run; part of the persistence id.</summary>
    public required string Run { get; init; }

    /// <summary>The layout to train with.</summary>
    public required ParallelLayout Layout { get; init; }

    /// <summary>Steps of the whole run.</summary>
    public required int Steps { get; init; }

    /// <summary>What every worker must agree with.</summary>
    public required IReadOnlyList<FingerprintEntry> Fingerprint { get; init; }

    /// <summary>A worker that gives no sign of life for so long has failed.</summary>
    public TimeSpan SilenceTimeout { get; init; } = TimeSpan.FromMilliseconds(800);

    /// <summary>A worker whose device gets nothing done for so long has failed; longer where the job's pace is slow.</summary>
    public TimeSpan ProgressTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a worker may take to come to rest after an abort and to tell what it has in memory; at least four steps' time on top of it.</summary>
    public TimeSpan AssessmentTimeout { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>What is done while there are too few workers for the layout.</summary>
    public TooFewWorkersOptions TooFewWorkers { get; init; } = TooFewWorkersOptions.Default;

    /// <summary>What is done about a worker that is slow against the others of its stage.</summary>
    public SlowWorkersAction SlowWorkers { get; init; } = SlowWorkersAction.Report;

    /// <summary>Failures of a worker's device or memory within <see cref="WorkerFailuresWindow"/> with which its process is ended; 0 for any number.</summary>
    public int WorkerFailuresMax { get; init; }

    /// <summary>The time in which they are counted.</summary>
    public TimeSpan WorkerFailuresWindow { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>Whether shards are copied to other machines, where there are some.</summary>
    public bool Copies { get; init; } = true;

    /// <summary>How long a copy that a machine did not take is not tried there again.</summary>
    public TimeSpan CopyRetry { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long a new incarnation waits for the workers of a running generation before it begins another.</summary>
    public TimeSpan TakeOverTimeout { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>
    /// How long a new incarnation waits for all who live to register before it goes on with fewer workers, or without the state in memory; two of their registrations and
    /// some.
    /// </summary>
    public TimeSpan RegistrationGrace { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long workers may take to prepare, to connect and to load their state.</summary>
    public TimeSpan GenerationTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How long the last checkpoint may take once all ranks have stopped.</summary>
    public TimeSpan FinishTimeout { get; init; } = TimeSpan.FromMinutes(10);

    /// <summary>What is done about steps that diverge.</summary>
    public DivergenceOptions Divergence { get; init; } = new();

    /// <summary>Steps between checkpoints; 0 for the end alone.</summary>
    public int CheckpointInterval { get; init; }

    /// <summary>Generations in a row that may fail without a step between them before the job gives up.</summary>
    public int FailuresWithoutProgress { get; init; } = 10;

    /// <summary>Whether a mistake is made on purpose.</summary>
    internal Func<PlantedMistake, bool> IsPlanted { get; init; } = _ => false;
}
