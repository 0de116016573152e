using System.Security.Cryptography;
using System.Text;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Parallel;

namespace Meditron.Training.Distributed.Workers;

/// <summary>What a device trains: the model, the data, and where checkpoints go.</summary>
public sealed record WorkerJob
{
    /// <summary>The model.</summary>
    public required LlamaConfig Model { get; init; }

    /// <summary>What a step does.</summary>
    public required TrainerOptions Options { get; init; }

    /// <summary>The layout that the job is to have; null where it is not known, and nothing is made ready for it.</summary>
    public ParallelLayout? Layout { get; init; }

    /// <summary>How a rank works.</summary>
    public required RankOptions RankOptions { get; init; }

    /// <summary>What the content of a shard depends on, as a number: memory of another job is not taken for this one's.</summary>
    public ulong StateHash => BitConverter.ToUInt64(SHA256.HashData(Encoding.UTF8.GetBytes($"{Model}\n{Options}")));

    /// <summary>Training samples.</summary>
    public required IMicroBatchSource Train { get; init; }

    /// <summary>Validation samples, or null for none.</summary>
    public IMicroBatchSource? Validation { get; init; }

    /// <summary>Steps between validations; 0 for none.</summary>
    public int EvalInterval { get; init; }

    /// <summary>Steps between checkpoints; 0 for the end alone.</summary>
    public int CheckpointInterval { get; init; }

    /// <summary>The run's checkpoints.</summary>
    public required CheckpointStore Checkpoints { get; init; }

    /// <summary>A Hugging Face folder whose weights a new run begins with, or empty for random ones.</summary>
    public string InitialWeights { get; init; } = "";

    /// <summary>What carries tensors: host, gloo or nccl.</summary>
    public required string Backend { get; init; }

    /// <summary>The address at which other machines reach this one's process groups; empty for the one that the machine's name stands for.</summary>
    public string Host { get; init; } = "";

    /// <summary>How long another machine may take for anything when shards are copied there or read from it.</summary>
    public TimeSpan CopyTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The operations.</summary>
    public required IKernels Kernels { get; init; }

    /// <summary>Where the tensors live.</summary>
    public required Device Device { get; init; }

    /// <summary>Threads that compute.</summary>
    public required int Threads { get; init; }

    /// <summary>The clock.</summary>
    public required TimeProvider Time { get; init; }
}
