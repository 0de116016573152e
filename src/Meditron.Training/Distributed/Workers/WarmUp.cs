using Meditron.Llama;
using Meditron.Torch;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;
using Meditron.Training.Settings;

namespace Meditron.Training.Distributed.Workers;

/// <summary>
/// Takes a few steps with a toy model before a worker is needed, over two ranks in this process, so that the code of a generation's beginning, of steps and
/// of taking state from memory is compiled and the libraries are loaded when a failed worker's place must be taken.
/// </summary>
internal static class WarmUp
{
    private const int Steps = 2;
    private const int Ranks = 2;

    private static readonly TimeSpan Timeout = TimeSpan.FromMinutes(1);

    private static readonly LlamaConfig Model = new() { VocabularySize = 64, HiddenSize = 32, Layers = 2, Heads = 2, KvHeads = 1, FfnSize = 64, MaxPositions = 16 };

    /// <summary>Runs it; what goes wrong here goes wrong in earnest later, with a message of its own.</summary>
    /// <param name="job">The job, for its precision, recomputation and kernels.</param>
    public static void Run(WorkerJob job)
    {
        var options = new TrainerOptions
        {
            Steps = Steps,
            MicroBatch = 1,
            GlobalBatch = Ranks,
            SequenceLength = Model.MaxPositions,
            Precision = job.Options.Precision,
            Recompute = job.Options.Recompute,
            Optimizer = job.Options.Optimizer,
            EvalBatches = 1,
            LearningRate = new LearningRateSchedule(1e-3, 1e-4, 1, Steps, DecayStyle.Cosine),
        };
        var toy = job with { Model = Model, Options = options };
        Train(toy, new ParallelLayout(1, Ranks, 1));
        Train(toy, new ParallelLayout(1, 1, Ranks));
    }

    private static void Train(WorkerJob job, ParallelLayout layout)
    {
        var connectors = Enumerable.Range(0, Ranks).Select(rank => new GroupConnector("host", "127.0.0.1", 1, layout, rank, Timeout)).ToList();
        var endpoints = connectors.Select((connector, rank) =>
        {
            var entry = new RankEndpoints { Rank = rank };
            entry.Endpoints.AddRange(connector.Endpoints);
            return entry;
        }).ToList();
        var other = new Thread(() => Work(1));
        other.Start();
        Work(0);
        other.Join();

        void Work(int rank)
        {
            try
            {
                torch.set_num_threads(1);
                Take(rank);
            }
            catch (Exception exception) when (exception is TorchException or IOException)
            {
                // The other rank is told by its groups.
            }
        }

        void Take(int rank)
        {
            using var connector = connectors[rank];
            using var groups = connector.Connect(endpoints, Timeout);
            using var memory = new DeviceMemory(job);
            var geometry = new StageGeometry(job.Model, job.Options, layout);
            using var trainer = new RankTrainer(
                geometry, rank, groups, job.RankOptions with { Faults = null }, new ToySamples(), new ToySamples(), job.Kernels, job.Device, job.Time, memory.Create(geometry, rank));
            trainer.Restored(0, 0, 0, 0);
            for (var step = 0; step < Steps; step++)
            {
                trainer.TrainStep();
            }

            trainer.Validate();
            if (trainer.State.Arena is { } arena)
            {
                memory.Retain(arena);
                var start = new StartFrom { Step = trainer.Step };
                start.States.AddRange(memory.Handles(null));
                using var source = new ArenaSource([arena], geometry, 0, start.Step);
                trainer.State.Rewind(start.Step - 1);
                trainer.State.Rewind(start.Step);
                trainer.Reset();
                source.CopyTo(trainer.State, job.Kernels);
                trainer.GatherWeights();
            }
        }
    }

    private sealed class ToySamples : IMicroBatchSource
    {
        public long Count => 2 * Steps * Ranks;

        public void Load(long firstSample, Span<int> tokens, Span<int> targets)
        {
            for (var index = 0; index < tokens.Length; index++)
            {
                tokens[index] = (int)((firstSample + index) % Model.VocabularySize);
                targets[index] = (int)((firstSample + index + 1) % Model.VocabularySize);
            }
        }
    }
}
