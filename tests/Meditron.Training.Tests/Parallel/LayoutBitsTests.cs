using System.Security.Cryptography;
using Meditron.Data.Sampling;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Optimization;
using Meditron.Training.Parallel;
using Meditron.Training.Settings;

namespace Meditron.Training.Tests.Parallel;

[Collection(AloneCollection.Name)]
public sealed class LayoutBitsTests
{
    private static readonly LlamaConfig Model = new()
    {
        VocabularySize = 61, HiddenSize = 32, Layers = 5, Heads = 4, KvHeads = 2, FfnSize = 48, MaxPositions = 16, MakeVocabularySizeDivisibleBy = 16,
    };

    private const int Steps = 3;

    [Theory]
    [InlineData(1, 1, 8)]
    [InlineData(2, 1, 8)]
    [InlineData(4, 1, 8)]
    [InlineData(3, 1, 8)]
    [InlineData(1, 2, 8)]
    [InlineData(1, 4, 8)]
    [InlineData(2, 2, 8)]
    [InlineData(4, 2, 8)]
    [InlineData(2, 4, 8)]
    [InlineData(3, 2, 7)]
    [InlineData(5, 1, 6)]
    public void Weights_have_the_same_bits_in_every_layout(int data, int pipeline, int microBatches)
    {
        foreach (var precision in new[] { Precision.Fp32, Precision.Bf16 })
        {
            var (expected, losses) = Single(precision, microBatches);
            foreach (var kind in Enum.GetValues<PipelineScheduleKind>())
            {
                var (actual, others) = Parallel(new ParallelLayout(1, pipeline, data), precision, microBatches, kind);
                Assert.Equal(losses, others);
                Assert.Equal(expected, actual);
            }
        }
    }

    [Theory]
    [InlineData(1, 1, 2, 2)]
    [InlineData(2, 2, 1, 1)]
    [InlineData(4, 1, 1, 4)]
    [InlineData(2, 4, 3, 2)]
    [InlineData(1, 5, 4, 2)]
    public void A_checkpoint_resumes_in_any_other_layout_with_the_same_bits(int data, int pipeline, int otherData, int otherPipeline)
    {
        foreach (var precision in new[] { Precision.Fp32, Precision.Bf16 })
        {
            using var folder = new Testing.TemporaryFolder();
            var (expected, losses) = Single(precision, 8);
            var store = new CheckpointStore(folder.Path);
            var first = new ParallelLayout(1, pipeline, data);
            Parallel(first, precision, 8, PipelineScheduleKind.OneForwardOneBackward, steps: 2, saveTo: store);
            var second = new ParallelLayout(1, otherPipeline, otherData);
            var (actual, others) = Parallel(second, precision, 8, PipelineScheduleKind.GPipe, steps: 1, resumeFrom: store);
            Assert.Equal(expected, actual);
            Assert.EndsWith(others, losses, StringComparison.Ordinal);
        }
    }

    [Theory]
    [InlineData(2, 1, 1)]
    [InlineData(2, 2, 2)]
    [InlineData(2, 1, 2)]
    public void Tensor_parallel_ranks_come_to_the_losses_and_norms_of_one_rank(int tensor, int pipeline, int data)
    {
        foreach (var (precision, tolerance) in new[] { (Precision.Fp32, 1e-5), (Precision.Bf16, 2e-2) })
        {
            var (_, expected) = Single(precision, 4);
            var (_, actual) = Parallel(new ParallelLayout(tensor, pipeline, data), precision, 4, PipelineScheduleKind.OneForwardOneBackward);
            var (wanted, given) = (Numbers(expected), Numbers(actual));
            Assert.Equal(wanted.Length, given.Length);
            for (var index = 0; index < wanted.Length; index++)
            {
                Assert.InRange(given[index], wanted[index] * (1 - tolerance) - tolerance, wanted[index] * (1 + tolerance) + tolerance);
            }
        }
    }

    [Fact]
    public void A_checkpoint_of_tensor_parallel_ranks_holds_the_weights_that_one_rank_would_resume_from()
    {
        using var folder = new Testing.TemporaryFolder();
        var store = new CheckpointStore(folder.Path);
        var (_, expected) = Parallel(new ParallelLayout(2, 2, 2), Precision.Fp32, 4, PipelineScheduleKind.OneForwardOneBackward);
        Parallel(new ParallelLayout(2, 1, 2), Precision.Fp32, 4, PipelineScheduleKind.OneForwardOneBackward, steps: 2, saveTo: store);
        var (_, actual) = Parallel(new ParallelLayout(1, 2, 1), Precision.Fp32, 4, PipelineScheduleKind.OneForwardOneBackward, steps: 1, resumeFrom: store);
        var (wanted, given) = (Numbers(expected)[^3..], Numbers(actual));
        for (var index = 0; index < given.Length; index++)
        {
            Assert.Equal(wanted[index], given[index], 1e-4);
        }
    }

    private static double[] Numbers(string text) =>
        [.. text.Split([' ', '\n'], StringSplitOptions.RemoveEmptyEntries).Select(number => double.Parse(number, System.Globalization.CultureInfo.InvariantCulture))];

    private static (string Hash, string Losses) Single(Precision precision, int microBatches)
    {
        using var trainer = new Trainer(Model, Options(precision, microBatches), new Samples(), new Samples(), new FusedKernels(), Device.CPU, TimeProvider.System);
        var reports = Enumerable.Range(0, Steps).Select(_ => trainer.TrainStep()).ToList();
        var weights = trainer.Parameters.Layout.Canonical.ToDictionary(p => p.Name, p => trainer.Parameters.Master[p.Name].data<float>().ToArray(), StringComparer.Ordinal);
        return (Hash(weights), Text(reports) + trainer.Validate());
    }

    private static (string Hash, string Losses) Parallel(ParallelLayout layout, Precision precision, int microBatches, PipelineScheduleKind kind, int steps = Steps, CheckpointStore? saveTo = null, CheckpointStore? resumeFrom = null)
    {
        var parts = new CheckpointPart[layout.World];
        var position = new Meditron.Training.Checkpoints.CheckpointPosition { Step = 2, Updates = 2, SkippedSteps = 0, SamplesConsumed = 2L * 2 * microBatches, Generation = 7 };
        var geometry = new StageGeometry(Model, Options(precision, microBatches), layout);
        var connectors = Enumerable.Range(0, layout.World).Select(rank => new GroupConnector("host", "127.0.0.1", 1, layout, rank, TimeSpan.FromMinutes(1))).ToList();
        var endpoints = connectors.Select((connector, rank) =>
        {
            var entry = new RankEndpoints { Rank = rank };
            entry.Endpoints.AddRange(connector.Endpoints);
            return entry;
        }).ToList();
        var weights = ParameterLayout.Create(Model).Parameters.ToDictionary(p => p.Name, p => new float[p.Length], StringComparer.Ordinal);
        var texts = new string[layout.World];
        var errors = new List<Exception>();
        var threads = Enumerable.Range(0, layout.World).Select(rank => new Thread(() =>
        {
            try
            {
                texts[rank] = Work(rank);
            }
            catch (Exception exception)
            {
                lock (errors)
                {
                    errors.Add(exception);
                }
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());
        if (errors.Count > 0)
        {
            throw new AggregateException(errors);
        }

        Assert.Single(texts.Distinct(StringComparer.Ordinal));
        if (saveTo is not null)
        {
            var entry = saveTo.Commit(position, Model, new CheckpointLayout(layout.Tensor, layout.Pipeline, layout.Data), parts);
            Assert.Empty(CheckpointReader.Open(entry).Verify());
        }

        return (Hash(weights), texts[0]);

        string Work(int rank)
        {
            using var connector = connectors[rank];
            using var groups = connector.Connect(endpoints, TimeSpan.FromMinutes(1));
            using var trainer = new RankTrainer(
                geometry, rank, groups, new RankOptions { Schedule = kind }, new SampleMicroBatches(new Samples()), new SampleMicroBatches(new Samples()), new FusedKernels(), Device.CPU, TimeProvider.System);
            if (resumeFrom is not null)
            {
                var reader = CheckpointReader.Open(Assert.Single(resumeFrom.List()));
                using var source = reader.OpenSource();
                trainer.State.Load(source);
                trainer.Restored(reader.Manifest.Step, reader.Manifest.SamplesConsumed, reader.Manifest.Updates, 0);
            }

            var reports = Enumerable.Range(0, steps).Select(_ => trainer.TrainStep()).ToList();
            if (saveTo is not null)
            {
                using var snapshot = new ShardSnapshot(trainer.State);
                snapshot.Capture();
                parts[rank] = snapshot.Write(saveTo.PartialFolder(position.Step, position.Generation), rank, layout.World);
            }

            foreach (var slice in trainer.State.Slices.Where(_ => layout.Tensor == 1))
            {
                using var master = trainer.State.MasterOf(slice);
                master.data<float>().CopyTo(weights[slice.Parameter.Name].AsSpan((int)slice.Start));
            }

            return Text(reports) + trainer.Validate();
        }
    }

    private static string Text(IEnumerable<StepReport> reports) => string.Concat(reports.Select(report => $"{report.Loss:R} {report.GradNorm:R}\n"));

    private static string Hash(Dictionary<string, float[]> weights)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (var (_, values) in weights.OrderBy(pair => pair.Key, StringComparer.Ordinal))
        {
            hash.AppendData(System.Runtime.InteropServices.MemoryMarshal.AsBytes<float>(values));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private static TrainerOptions Options(Precision precision, int microBatches) => new()
    {
        Steps = 100,
        MicroBatch = 2,
        GlobalBatch = 2 * microBatches,
        SequenceLength = 16,
        Precision = precision,
        EvalBatches = 5,
        LearningRate = new LearningRateSchedule(1e-2, 1e-4, 2, 100, DecayStyle.Cosine),
    };

    private sealed class Samples : ISampleSource
    {
        public long Count => 1000;

        public int SequenceLength => 16;

        public void Get(long index, Span<int> destination)
        {
            for (var position = 0; position < destination.Length; position++)
            {
                destination[position] = (int)((index * 31 + position * (index % 5 + 1)) % 61);
            }
        }
    }
}
