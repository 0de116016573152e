using System.ComponentModel.DataAnnotations;
using Meditron.Training.Parallel;

namespace Meditron.Training.Settings;

/// <summary>How the work is divided over workers: <c>meditron.parallel</c>.</summary>
public sealed record ParallelSettings : IValidatableObject
{
    /// <summary>Ranks that share every layer's matrices.</summary>
    [Range(1, 1024)]
    public required int Tensor { get; init; }

    /// <summary>Stages that the layers are divided into.</summary>
    [Range(1, 1024)]
    public required int Pipeline { get; init; }

    /// <summary>Copies of the model.</summary>
    [Range(1, 65536)]
    public required int Data { get; init; }

    /// <summary><c>1f1b</c> or <c>gpipe</c>.</summary>
    [AllowedValues("1f1b", "gpipe")]
    public required string Schedule { get; init; }

    /// <summary><c>auto</c>, <c>host</c>, <c>gloo</c> or <c>nccl</c>.</summary>
    [AllowedValues("auto", "host", "gloo", "nccl")]
    public required string Backend { get; init; }

    /// <summary>How long a transfer or collective may take.</summary>
    public required TimeSpan Timeout { get; init; }

    /// <summary>How long a worker goes on without hearing from the job's coordinator.</summary>
    public required TimeSpan CoordinatorTimeout { get; init; }

    /// <summary>How long a job waits at its start for enough workers.</summary>
    public required TimeSpan WorkersTimeout { get; init; }

    /// <summary>Workers that wait to take a failed one's place.</summary>
    [Range(0, 65536)]
    public required int Standbys { get; init; }

    /// <summary>Threads that the ranks of one machine share; 0: each worker has its own.</summary>
    [Range(0, 65536)]
    public required int MachineThreads { get; init; }

    /// <summary>The degrees of parallelism.</summary>
    public ParallelLayout Layout => new(Tensor, Pipeline, Data);

    /// <summary>The schedule.</summary>
    public PipelineScheduleKind ScheduleKind => Schedule == "gpipe" ? PipelineScheduleKind.GPipe : PipelineScheduleKind.OneForwardOneBackward;

    /// <inheritdoc/>
    public IEnumerable<ValidationResult> Validate(ValidationContext validationContext)
    {
        if (Timeout < TimeSpan.FromMilliseconds(100) || Timeout > TimeSpan.FromDays(10))
        {
            yield return new("timeout must be between 100ms and 10d.", [nameof(Timeout)]);
        }

        if (WorkersTimeout < TimeSpan.FromSeconds(1) || WorkersTimeout > TimeSpan.FromDays(10))
        {
            yield return new("workers-timeout must be between 1s and 10d.", [nameof(WorkersTimeout)]);
        }

        if (CoordinatorTimeout < TimeSpan.FromSeconds(1) || CoordinatorTimeout > TimeSpan.FromDays(10))
        {
            yield return new("coordinator-timeout must be between 1s and 10d.", [nameof(CoordinatorTimeout)]);
        }
    }
}
