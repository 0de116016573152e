using System.ComponentModel.DataAnnotations;
using Meditron.Training.Divergence;

namespace Meditron.Training.Settings;

/// <summary>How failures are noticed, and how a job over several workers goes on: <c>meditron.recovery</c>.</summary>
[Renamed("shrink", "for shrink = on write too-few-workers = shrink, which is the default, and for shrink = off too-few-workers = wait and min-data = the degree of data parallelism.")]
public sealed record RecoverySettings : IValidatableObject
{
    /// <summary>A worker that gives no sign of life for so long has failed.</summary>
    public required TimeSpan SilenceTimeout { get; init; }

    /// <summary>A worker whose device gets nothing done for so long has failed.</summary>
    public required TimeSpan ProgressTimeout { get; init; }

    /// <summary>How long a worker may take to come to rest after an abort, beside four steps' time.</summary>
    public required TimeSpan RestTimeout { get; init; }

    /// <summary>What is done while there are too few workers for the layout.</summary>
    public required TooFewWorkersAction TooFewWorkers { get; init; }

    /// <summary>How long workers are waited for before the job goes on with fewer copies of the model, or ends.</summary>
    public required TimeSpan WaitTimeout { get; init; }

    /// <summary>Copies of the model below which the job does not go on.</summary>
    [Range(1, 1 << 20)]
    public required int MinData { get; init; }

    /// <summary>How long a worker that is told to end may take to be replaced.</summary>
    public required TimeSpan DrainTimeout { get; init; }

    /// <summary>What is done about a worker that is slow against the others of its stage.</summary>
    public required SlowWorkersAction SlowWorkers { get; init; }

    /// <summary>Failures of a worker's device or memory within <see cref="WorkerFailuresWindow"/> with which its process is ended; 0 for any number.</summary>
    [Range(0, 1_000_000)]
    public required int WorkerFailuresMax { get; init; }

    /// <summary>The time in which they are counted.</summary>
    public required TimeSpan WorkerFailuresWindow { get; init; }

    /// <summary>Starts again of a machine's worker within <see cref="RestartsWindow"/> after which it is given up; 0 for any number.</summary>
    [Range(0, 1_000_000)]
    public required int RestartsMax { get; init; }

    /// <summary>The time in which they are counted.</summary>
    public required TimeSpan RestartsWindow { get; init; }

    /// <summary>Copies of shards in the memory of other machines.</summary>
    public required CopySettings Copies { get; init; }

    /// <summary>Whether workers that are started again are forked from a process that has libtorch loaded.</summary>
    public required bool ForkServer { get; init; }

    /// <summary>Wait before an ended worker is started again; doubles with each end that follows soon after.</summary>
    public required TimeSpan RestartMinBackoff { get; init; }

    /// <summary>Longest wait before an ended worker is started again.</summary>
    public required TimeSpan RestartMaxBackoff { get; init; }

    /// <summary>What is done about a loss or gradient norm that is not finite.</summary>
    public required NonFiniteAction NonFinite { get; init; }

    /// <summary>What is done about a loss far above those before it.</summary>
    public required LossSpikeSettings LossSpike { get; init; }

    /// <summary>What a trainer is told of both.</summary>
    public DivergenceOptions Divergence => new()
    {
        NonFinite = NonFinite,
        LossSpike = LossSpike.Action,
        Factor = LossSpike.Factor,
        Deviations = LossSpike.Deviations,
        Window = LossSpike.Window,
        WarmUp = LossSpike.WarmUp,
        RollbackSteps = LossSpike.RollbackSteps,
        MaxInARow = LossSpike.MaxInARow,
    };

    /// <summary>Generations in a row that may fail without a step between them.</summary>
    [Range(0, 1_000_000)]
    public required int FailuresWithoutProgress { get; init; }

    /// <summary>How often ranks compare what must be equal on them.</summary>
    public required IntegritySettings Integrity { get; init; }

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (SilenceTimeout < TimeSpan.FromMilliseconds(300) || SilenceTimeout > TimeSpan.FromHours(1))
        {
            yield return new("silence-timeout must be between 300ms and 1h: workers give a sign of life every 100ms.", [nameof(SilenceTimeout)]);
        }

        if (ProgressTimeout < TimeSpan.FromMilliseconds(500) || ProgressTimeout > TimeSpan.FromHours(24))
        {
            yield return new("progress-timeout must be between 500ms and 24h: signs of life, ten a second, tell how far the device is.", [nameof(ProgressTimeout)]);
        }

        if (RestTimeout < TimeSpan.FromMilliseconds(100) || RestTimeout > TimeSpan.FromHours(1))
        {
            yield return new("rest-timeout must be between 100ms and 1h.", [nameof(RestTimeout)]);
        }

        foreach (var (value, key, name) in new[]
        {
            (WaitTimeout, "wait-timeout", nameof(WaitTimeout)), (DrainTimeout, "drain-timeout", nameof(DrainTimeout)),
            (WorkerFailuresWindow, "worker-failures-window", nameof(WorkerFailuresWindow)), (RestartsWindow, "restarts-window", nameof(RestartsWindow)),
        })
        {
            if (value < TimeSpan.Zero || value > TimeSpan.FromDays(7))
            {
                yield return new($"{key} must be between 0 and 7d.", [name]);
            }
        }

        if (RestartMinBackoff < TimeSpan.Zero || RestartMaxBackoff < RestartMinBackoff)
        {
            yield return new("restart-min-backoff must not be negative, and restart-max-backoff not below it.", [nameof(RestartMinBackoff)]);
        }
    }
}
