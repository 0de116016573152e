using Meditron.Data.Sampling;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Divergence;
using Meditron.Training.Optimization;
using Meditron.Training.Recovery;

namespace Meditron.Training;

/// <summary>
/// Trains a whole model in this process, step by step: gradients of micro-batches summed along the canonical tree, global norm,
/// then one update, or what the policy has for numbers that diverge.
/// </summary>
public sealed class Trainer : IDisposable
{
    private readonly TrainerOptions options;
    private readonly IKernels kernels;
    private readonly TimeProvider time;
    private readonly ISampleSource train;
    private readonly ISampleSource? validation;
    private readonly GradientTree tree;
    private readonly double flopsPerToken;
    private readonly int[] sample;
    private readonly int[] tokens;
    private readonly int[] targets;
    private StepPosition position = new(0, 0, 0, 0);

    /// <summary>Allocates weights, moments, gradients and activations; the weights get their initial values.</summary>
    /// <param name="model">Shape of the model.</param>
    /// <param name="options">What a step does.</param>
    /// <param name="train">Training samples in their order; step n consumes the n-th run of them.</param>
    /// <param name="validation">Validation samples, or null for none.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="device">Where the model lives.</param>
    /// <param name="time">Clock of the throughput figures.</param>
    /// <exception cref="LlamaConfigException">Sizes do not fit together.</exception>
    /// <exception cref="TorchException">There is not enough memory.</exception>
    public Trainer(LlamaConfig model, TrainerOptions options, ISampleSource train, ISampleSource? validation, IKernels kernels, Device device, TimeProvider time)
    {
        options.Validate();
        this.options = options;
        this.kernels = kernels;
        this.time = time;
        this.train = train;
        this.validation = validation;
        var layout = ParameterLayout.Create(model);
        Parameters = new ParameterStore(layout, options.Precision, device, kernels);
        Optimizer = new AdamWOptimizer(Parameters, options.Optimizer, kernels);
        tree = new GradientTree(layout, device, kernels);
        Stage = new LlamaStage(
            Parameters,
            new StageOptions { MicroBatch = options.MicroBatch, SequenceLength = options.SequenceLength, Precision = options.Precision, Recompute = options.Recompute },
            kernels);
        Parameters.Initialize(options.Seed);
        flopsPerToken = model.FlopsPerToken(options.SequenceLength);
        sample = new int[options.SequenceLength + 1];
        tokens = new int[options.MicroBatch * options.SequenceLength];
        targets = new int[tokens.Length];
    }

    /// <summary>The weights.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>The optimizer with its moments.</summary>
    public AdamWOptimizer Optimizer { get; }

    /// <summary>The model.</summary>
    public LlamaStage Stage { get; }

    /// <summary>Steps finished.</summary>
    public int Step => position.Step;

    /// <summary>Samples consumed.</summary>
    public long SamplesConsumed => position.SamplesConsumed;

    /// <summary>Steps whose update was left out.</summary>
    public long SkippedSteps => position.SkippedSteps;

    /// <summary>What the newest steps came to.</summary>
    public StepHistory History { get; } = new();

    /// <summary>Parts of the run whose updates do not count, in their order.</summary>
    public IReadOnlyList<Rollback> Rollbacks { get; set; } = [];

    /// <summary>Bytes that a trainer of this shape will allocate: weights, moments, gradients and activations.</summary>
    public static long PlannedBytes(LlamaConfig model, TrainerOptions options)
    {
        options.Validate();
        var span = StageSpan.Whole(model);
        var plan = StagePlan.Create(
            model,
            span,
            new StageOptions { MicroBatch = options.MicroBatch, SequenceLength = options.SequenceLength, Precision = options.Precision, Recompute = options.Recompute });
        var extraGradients = (GradientTree.BuffersFor(options.MicroBatches) - 1) * ParameterLayout.Create(model, span).Length * sizeof(float);
        return plan.StateBytes + plan.ActivationBytes + extraGradients;
    }

    /// <summary>Takes one step on the next <see cref="TrainerOptions.GlobalBatch"/> samples.</summary>
    /// <exception cref="InvalidOperationException">The training samples are used up.</exception>
    public StepReport TrainStep()
    {
        if (RollbackPlan.After(Step, Rollbacks) is { } rollback)
        {
            Stand(rollback.After(position, options));
            return Report(position.Step, position.Loss, position.LearningRate, position.GradientNorm, rollback.Judgement, TimeSpan.Zero);
        }

        if (SamplesConsumed + options.GlobalBatch > train.Count)
        {
            throw new InvalidOperationException($"Step {Step + 1} needs samples {SamplesConsumed} to {SamplesConsumed + options.GlobalBatch - 1}, but there are {train.Count}.");
        }

        var begin = time.GetTimestamp();
        var scale = 1.0 / options.MicroBatches;
        double loss = 0;
        for (var micro = 0; micro < options.MicroBatches; micro++)
        {
            Load(train, SamplesConsumed + (long)micro * options.MicroBatch);
            var gradients = tree.Rent();
            Stage.Forward(0);
            loss += Stage.Loss(0, gradients, out _);
            Stage.Backward(0, gradients);
            tree.Add(gradients);
        }

        var sum = tree.Sum();
        loss *= scale;
        var norm = Optimizer.GlobalNorm(sum, scale);
        var learningRate = options.LearningRate.At(Step + 1);
        var judged = DivergencePolicy.Judge(loss, norm, position, History.Entries, options.Divergence);
        var after = position with
        {
            Step = Step + 1, SamplesConsumed = SamplesConsumed + options.GlobalBatch, Loss = loss, GradientNorm = norm, LearningRate = learningRate, InARow = judged.InARow,
        };
        if (judged.Verdict == StepVerdict.Update)
        {
            Optimizer.Step(sum, learningRate, scale, norm);
            Stand(after with { Updates = Optimizer.Updates });
        }
        else if (judged.Verdict == StepVerdict.Skip)
        {
            Stand(after with { SkippedSteps = SkippedSteps + 1 });
        }

        tree.Return(sum);
        return Report(after.Step, loss, learningRate, norm, judged, time.GetElapsedTime(begin));
    }

    /// <summary>The mean loss over the first <see cref="TrainerOptions.EvalBatches"/> micro-batches of validation data, or null where there is none.</summary>
    public double? Validate()
    {
        if (validation is null)
        {
            return null;
        }

        var batches = (int)Math.Min(options.EvalBatches, validation.Count / options.MicroBatch);
        if (batches == 0)
        {
            return null;
        }

        double sum = 0;
        for (var batch = 0; batch < batches; batch++)
        {
            Load(validation, (long)batch * options.MicroBatch);
            Stage.Forward(0);
            sum += Stage.Loss(0, null, out _);
        }

        return sum / batches;
    }

    /// <summary>Says where training stands after weights and moments have been set.</summary>
    /// <param name="standing">Where.</param>
    /// <param name="history">What is known of the steps up to there.</param>
    public void Restored(StepPosition standing, IEnumerable<StepPosition> history)
    {
        ArgumentNullException.ThrowIfNull(standing);
        History.Replace(history);
        Optimizer.Updates = standing.Updates;
        Stand(standing);
        Parameters.RefreshCompute();
    }

    /// <summary>Goes back to the beginning: initial weights, no moments.</summary>
    public void Restart()
    {
        Parameters.Initialize(options.Seed);
        Optimizer.ExpAvg.Flat.zero_();
        Optimizer.ExpAvgSq.Flat.zero_();
        Restored(new StepPosition(0, 0, 0, 0), []);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Stage.Dispose();
        tree.Dispose();
        Optimizer.Dispose();
        Parameters.Dispose();
    }

    private void Stand(StepPosition at)
    {
        position = at;
        History.Add(at);
    }

    private StepReport Report(int step, double loss, double learningRate, double norm, StepJudgement judged, TimeSpan elapsed)
    {
        var rate = elapsed > TimeSpan.Zero ? options.TokensPerStep / elapsed.TotalSeconds : 0;
        return new StepReport(
            step,
            options.Steps,
            loss,
            null,
            learningRate,
            norm,
            judged.Verdict != StepVerdict.Update,
            SamplesConsumed * options.SequenceLength,
            rate,
            rate * flopsPerToken / 1e9,
            elapsed,
            judged);
    }

    private void Load(ISampleSource source, long first)
    {
        var length = options.SequenceLength;
        for (var row = 0; row < options.MicroBatch; row++)
        {
            source.Get(first + row, sample);
            sample.AsSpan(0, length).CopyTo(tokens.AsSpan(row * length));
            sample.AsSpan(1, length).CopyTo(targets.AsSpan(row * length));
        }

        Stage.SetTokens(0, tokens);
        Stage.SetTargets(0, targets);
    }
}
