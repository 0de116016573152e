using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Parallel;

namespace Meditron.Training.Tests.Parallel;

/// <summary>The ranks of a <see cref="LayoutRun"/>.</summary>
internal sealed class LayoutRanks
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(2);

    private readonly LayoutRun run;
    private readonly StageGeometry geometry;
    private readonly List<GroupConnector> connectors;
    private readonly List<RankEndpoints> endpoints;
    private readonly CheckpointPart[] parts;
    private readonly Dictionary<string, float[]> weights;
    private readonly Dictionary<string, float[]> gradients;
    private readonly (IReadOnlyList<StepReport> Reports, double? Validation)[] results;
    private Training.Checkpoints.CheckpointPosition? saved;

    public LayoutRanks(LayoutRun run)
    {
        this.run = run;
        var layout = run.Layout;
        geometry = new StageGeometry(run.Model, run.Options, layout);
        connectors = [.. Enumerable.Range(0, layout.World).Select(rank => new GroupConnector(run.Backend, "127.0.0.1", 1, layout, rank, Deadline))];
        endpoints =
        [
            .. connectors.Select((connector, rank) =>
            {
                var entry = new RankEndpoints { Rank = rank };
                entry.Endpoints.AddRange(connector.Endpoints);
                return entry;
            }),
        ];
        parts = new CheckpointPart[layout.World];
        results = new (IReadOnlyList<StepReport>, double?)[layout.World];
        weights = Buffers(run.Model);
        gradients = Buffers(run.Model);
    }

    public static LayoutResult Single(LayoutRun run)
    {
        var samples = Samples(run);
        using var trainer = new Trainer(run.Model, run.Options, samples, samples, new FusedKernels(), Device.CPU, TimeProvider.System);
        IReadOnlyList<StepReport> reports = [];
        OnThread(run.Threads, () => reports = [.. Enumerable.Range(0, run.Steps).Select(_ => trainer.TrainStep())]);
        var masters = trainer.Parameters.Layout.Canonical.ToDictionary(p => p.Name, p => trainer.Parameters.Master[p.Name].data<float>().ToArray(), StringComparer.Ordinal);
        return new LayoutResult(reports, trainer.Validate(), masters, new Dictionary<string, float[]>(StringComparer.Ordinal));
    }

    public LayoutResult Run()
    {
        var errors = new List<Exception>();
        var threads = Enumerable.Range(0, run.Layout.World).Select(rank => new Thread(() =>
        {
            try
            {
                torch.set_num_threads(run.Threads);
                Work(rank);
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

        if (run.SaveTo is not null)
        {
            var entry = run.SaveTo.Commit(saved!, run.Model, new CheckpointLayout(run.Layout.Tensor, run.Layout.Pipeline, run.Layout.Data), parts);
            Assert.Empty(CheckpointReader.Open(entry).Verify());
        }

        var all = results.Select(result => new LayoutResult(result.Reports, result.Validation, weights, gradients)).ToList();
        Assert.Single(all.Select(result => (result.Curve, result.ValidationLoss)).Distinct());
        return all[0];
    }

    private void Work(int rank)
    {
        using var connector = connectors[rank];
        using var groups = connector.Connect(endpoints, Deadline);
        var samples = new SampleMicroBatches(Samples(run));
        using var trainer = new RankTrainer(
            geometry, rank, groups, new RankOptions { Schedule = run.Schedule, Timeout = Deadline, Integrity = run.Integrity, Faults = run.Faults }, samples, samples, new FusedKernels(), Device.CPU, TimeProvider.System);
        if (run.ResumeFrom is not null)
        {
            var reader = CheckpointReader.Open(Assert.Single(run.ResumeFrom.List()));
            using var source = reader.OpenSource();
            trainer.State.Load(source);
            trainer.Restored(reader.Manifest.Step, reader.Manifest.SamplesConsumed, reader.Manifest.Updates, 0);
        }

        IReadOnlyList<StepReport> reports = [.. Enumerable.Range(0, run.Steps).Select(_ => trainer.TrainStep())];
        if (run.SaveTo is not null)
        {
            Save(trainer, rank);
        }

        foreach (var slice in trainer.State.Slices)
        {
            using var master = trainer.State.MasterOf(slice);
            using var gradient = trainer.State.Gradient.narrow(0, slice.ShardOffset, slice.Length);
            Scatter(slice, master.data<float>(), weights[slice.Parameter.Name]);
            Scatter(slice, gradient.data<float>(), gradients[slice.Parameter.Name]);
        }

        results[rank] = (reports, trainer.Validate());
    }

    private void Save(RankTrainer trainer, int rank)
    {
        var position = new Training.Checkpoints.CheckpointPosition
        {
            Step = trainer.Step, Updates = trainer.Updates, SkippedSteps = trainer.SkippedSteps, SamplesConsumed = trainer.SamplesConsumed, Generation = 7,
        };
        using var snapshot = new ShardSnapshot(trainer.State);
        snapshot.Capture();
        parts[rank] = snapshot.Write(run.SaveTo!.PartialFolder(position.Step, position.Generation), rank, run.Layout.World);
        saved = position;
    }

    /// <summary>Puts a rank's part of a parameter where it is in the whole one.</summary>
    private static void Scatter(ShardSlice slice, ReadOnlySpan<float> values, float[] whole)
    {
        var parameter = slice.Parameter;
        var (rows, columns) = parameter.Dimension == ShardDimension.Columns ? (parameter.GlobalShape[1], parameter.Shape[1]) : (0L, 0L);
        for (var index = 0; index < values.Length; index++)
        {
            var at = slice.Start + index;
            whole[parameter.Dimension switch
            {
                ShardDimension.Rows => parameter.Shard.Index * parameter.Length + at,
                ShardDimension.Columns => at / columns * rows + parameter.Shard.Index * columns + at % columns,
                _ => at,
            }] = values[index];
        }
    }

    private static Dictionary<string, float[]> Buffers(LlamaConfig model) =>
        ParameterLayout.Create(model).Parameters.ToDictionary(parameter => parameter.Name, parameter => new float[parameter.Length], StringComparer.Ordinal);

    private static LayoutSamples Samples(LayoutRun run) => new(run.Options.SequenceLength, run.Model.VocabularySize);

    private static void OnThread(int threads, Action action)
    {
        Exception? error = null;
        var thread = new Thread(() =>
        {
            try
            {
                torch.set_num_threads(threads);
                action();
            }
            catch (Exception exception)
            {
                error = exception;
            }
        });
        thread.Start();
        thread.Join();
        if (error is not null)
        {
            throw new AggregateException(error);
        }
    }
}
