using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Chaos;
using Meditron.Training.Divergence;
using Meditron.Training.Integrity;
using Meditron.Training.Optimization;
using Meditron.Training.Planning;
using Meditron.Training.Recovery;

namespace Meditron.Training.Parallel;

/// <summary>
/// Trains one rank's part of a model: its stage's passes, the reduction of gradients, the exchange that commits a step, the update of its shard and
/// the gather of the weights. The weights after a step have the same bits in every layout of data and pipeline parallelism (invariant I1).
/// </summary>
public sealed class RankTrainer : IStepSink, IDisposable
{
    private readonly StageGeometry geometry;
    private readonly RankGroups groups;
    private readonly TrainerOptions options;
    private readonly RankCoordinates at;
    private readonly IKernels kernels;
    private readonly TimeProvider time;
    private readonly IMicroBatchSource train;
    private readonly IMicroBatchSource? validation;
    private readonly ShardPlan plan;
    private readonly LlamaStage stage;
    private readonly TensorGroup? tensorGroup;
    private readonly PipelineExecutor executor;
    private readonly GradientForest forest;
    private readonly GradientReducer reducer;
    private readonly ShardedAdamW optimizer;
    private readonly StepExchange exchange;
    private readonly StepIntegrity integrity;
    private readonly ValidationExchange? validationExchange;
    private readonly WeightGatherer gatherer;
    private readonly Tensor[] normViews;
    private readonly List<GradientBuffer> sums = [];
    private readonly Action<int> layerDone;
    private readonly double flopsPerToken;
    private readonly int first;
    private readonly int count;
    private readonly IFaultPoints? faults;
    private readonly int rank;
    private GradientBuffer? adding;
    private TimeSpan reducing;

    /// <summary>Allocates the rank's state and buffers.</summary>
    /// <param name="geometry">The layout, worked out for the model and the batch.</param>
    /// <param name="rank">This rank.</param>
    /// <param name="groups">Its process groups.</param>
    /// <param name="rankOptions">How it works.</param>
    /// <param name="train">Training samples in their order.</param>
    /// <param name="validation">Validation samples, or null for none.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="device">Where the tensors live.</param>
    /// <param name="time">Clock of the throughput figures.</param>
    /// <param name="arena">Memory for the shard that outlives the process, or null; owned from here on.</param>
    /// <param name="initialize">Whether the weights get their initial values; not needed where they are loaded.</param>
    /// <exception cref="TorchException">There is not enough memory.</exception>
    public RankTrainer(
        StageGeometry geometry,
        int rank,
        RankGroups groups,
        RankOptions rankOptions,
        IMicroBatchSource train,
        IMicroBatchSource? validation,
        IKernels kernels,
        Device device,
        TimeProvider time,
        StateArena? arena = null,
        bool initialize = true)
    {
        this.groups = groups;
        this.rank = rank;
        faults = rankOptions.Faults;
        this.geometry = geometry;
        options = geometry.Options;
        this.kernels = kernels;
        this.time = time;
        this.train = train;
        this.validation = validation;
        at = geometry.Layout.At(rank);
        plan = geometry.PlanOf(at);
        first = geometry.Shares.FirstOf(at.Data);
        count = geometry.Shares.CountOf(at.Data);
        State = new ShardedState(plan, at.Data, options.Precision, device, kernels, arena);
        var schedule = geometry.ScheduleOf(at, rankOptions.Schedule);
        tensorGroup = groups.Tensor is null ? null : new TensorGroup(groups);
        stage = new LlamaStage(State.Parameters, StageOptions(options, schedule.Slots), kernels, tensorGroup);
        stage.Interruption = groups.Passed;
        executor = new PipelineExecutor(stage, schedule, train, groups, count, rankOptions.Timeout, time);
        forest = new GradientForest(plan, device, kernels);
        reducer = new GradientReducer(State, geometry.Shares, groups, kernels, rankOptions.Timeout);
        optimizer = new ShardedAdamW(State, options.Optimizer, kernels);
        exchange = new StepExchange(geometry, rank, groups, rankOptions.Timeout, StepIntegrity.WordsOf(geometry.Layout));
        integrity = new StepIntegrity(geometry, at, State, stage, executor, forest, exchange, kernels, rankOptions.Integrity);
        validationExchange = validation is null ? null : new ValidationExchange(geometry, groups, ValidationBatches, rankOptions.Timeout);
        gatherer = new WeightGatherer(State, groups, rankOptions.Timeout);
        normViews = [.. NormNode.Of(plan, at.Data).Select(node => State.Gradient.narrow(0, node.ShardOffset, node.Length))];
        layerDone = LayerDone;
        flopsPerToken = geometry.Model.FlopsPerToken(options.SequenceLength);
        if (initialize)
        {
            State.Initialize(options.Seed);
        }
    }

    /// <summary>This rank's weights, moments and gradients.</summary>
    public ShardedState State { get; }

    /// <summary>What of this rank's work and memory a fault can damage.</summary>
    public IFaultTarget Damage => new RankDamage(State, integrity);

    /// <summary>Steps finished.</summary>
    public int Step => State.Position.Step;

    /// <summary>Samples consumed by all ranks.</summary>
    public long SamplesConsumed => State.Position.SamplesConsumed;

    /// <summary>Updates made.</summary>
    public long Updates => State.Position.Updates;

    /// <summary>Steps whose update was skipped for a non-finite gradient.</summary>
    public long SkippedSteps => State.Position.SkippedSteps;

    private int ValidationBatches => validation is null ? 0 : (int)Math.Min(options.EvalBatches, validation.Count / options.MicroBatch);

    /// <summary>Parts of the run whose updates do not count, in their order; the same on every rank.</summary>
    public IReadOnlyList<Rollback> Rollbacks { get; set; } = [];

    /// <summary>What any rank asked for in the last step's exchange; the same on every rank.</summary>
    public StepControl Asked { get; private set; }

    /// <summary>Copies the shard elsewhere after every step; null where nobody does.</summary>
    public IShardCopies? Copies { get; set; }

    /// <summary>Seconds for which the copy of the step before held the last step up.</summary>
    public double CopySeconds { get; private set; }

    /// <summary>Seconds of the last step that this rank spent waiting for others.</summary>
    public double WaitSeconds { get; private set; }

    /// <summary>
    /// The share of the last step, from its beginning to its commit, in which this rank had nothing to do; over the stages of an evenly divided pipeline
    /// its mean is the schedule's <see cref="PipelineSchedule.Bubble"/>.
    /// </summary>
    public double IdleShare { get; private set; }

    /// <summary>Micro-batches of a step whose tokens this rank reads; none on a stage without embedding and loss.</summary>
    public int MicroBatches => Span.HasEmbedding || Span.HasHead ? count : 0;

    /// <summary>Index of the first sample of this rank's part of the step after the next.</summary>
    public long FirstSampleOfNextStep => SamplesConsumed + options.GlobalBatch + (long)first * options.MicroBatch;

    /// <summary>The model's stage on this rank.</summary>
    public StageSpan Span => plan.Layout.Span;

    /// <summary>Bytes of weights, moments, gradients and activations on a rank.</summary>
    public static long PlannedBytes(StageGeometry geometry, int rank, PipelineScheduleKind schedule) => RankMemory.Of(geometry, rank, schedule).Total;

    /// <summary>Takes one step together with the other ranks.</summary>
    /// <param name="control">What this rank asks all ranks to do after the step.</param>
    /// <exception cref="InvalidOperationException">The training samples are used up.</exception>
    /// <exception cref="TorchException">A rank did not take part in time, or the groups were aborted.</exception>
    /// <exception cref="IntegrityException">A rank holds or computed other bits than it must; no rank has taken the step.</exception>
    public StepReport TrainStep(StepControl control = StepControl.None)
    {
        if (RollbackPlan.After(Step, Rollbacks) is { } rollback)
        {
            return GoThrough(rollback);
        }

        if (SamplesConsumed + options.GlobalBatch > train.Count)
        {
            throw new InvalidOperationException($"Step {Step + 1} needs samples {SamplesConsumed} to {SamplesConsumed + options.GlobalBatch - 1}, but there are {train.Count}.");
        }

        var begin = time.GetTimestamp();
        var scale = 1.0 / options.MicroBatches;
        var waited = executor.Waited;
        reducing = TimeSpan.Zero;
        integrity.Begin(Step + 1);
        Reached(FaultPoint.BeforeForward);
        executor.RunStep(SamplesConsumed + (long)first * options.MicroBatch, this);
        Reached(FaultPoint.AfterBackward);
        var wait = executor.Waited - waited + reducing + Timed(reducer.End);
        forest.Clear();
        for (var index = 0; index < normViews.Length; index++)
        {
            exchange.SetPart(index, kernels.sum_squares(normViews[index]));
        }

        integrity.Verify(SamplesConsumed);
        Reached(FaultPoint.BeforeNorm);

        // Whoever commits a step overwrites the one before the last, so that of the last every copy must be there: also that of a rank which ends now.
        wait += WaitForCopies();
        integrity.Compare();
        var exchanging = time.GetTimestamp();
        var (squares, lossSum, asked) = exchange.Run(control);
        wait += time.GetElapsedTime(exchanging);
        integrity.Judge(asked, SamplesConsumed);
        IdleShare = wait / time.GetElapsedTime(begin);
        Asked = asked;
        Reached(FaultPoint.AfterNorm);
        var norm = Math.Sqrt(squares) * scale;
        var loss = lossSum * scale;
        var learningRate = options.LearningRate.At(Step + 1);
        var before = State.Position;
        var judged = DivergencePolicy.Judge(loss, norm, before, State.History.Entries, options.Divergence);
        var after = before with { Step = before.Step + 1, SamplesConsumed = before.SamplesConsumed + options.GlobalBatch, Loss = loss, GradientNorm = norm, LearningRate = learningRate, InARow = judged.InARow };
        if (judged.Verdict == StepVerdict.Skip)
        {
            State.Keep(after with { SkippedSteps = before.SkippedSteps + 1 });
        }
        else if (judged.Verdict == StepVerdict.Update)
        {
            wait += Update(learningRate, scale, norm, after with { Updates = before.Updates + 1 });
        }

        if (judged.Verdict is StepVerdict.Skip or StepVerdict.Update)
        {
            Copies?.Begin(State);
        }

        WaitSeconds = wait.TotalSeconds;
        var elapsed = time.GetElapsedTime(begin);
        var rate = options.TokensPerStep / elapsed.TotalSeconds;
        return new StepReport(
            before.Step + 1,
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

    /// <summary>The mean loss over the first <see cref="TrainerOptions.EvalBatches"/> micro-batches of validation data, or null where there is none; taken together with the other ranks.</summary>
    /// <exception cref="TorchException">A rank did not take part in time, or the groups were aborted.</exception>
    public double? Validate()
    {
        if (validationExchange is null || ValidationBatches == 0)
        {
            return null;
        }

        var (start, batches) = validationExchange.ShareOf(at.Data);
        executor.Evaluate(validation!, (long)start * options.MicroBatch, batches, validationExchange.Set);
        return validationExchange.Run() / ValidationBatches;
    }

    /// <summary>Says where training stands after weights and moments have been set.</summary>
    /// <param name="position">Where.</param>
    /// <param name="history">What is known of the steps up to there.</param>
    public void Restored(StepPosition position, IEnumerable<StepPosition> history)
    {
        State.Remember(history);
        State.Restored(position);
    }

    /// <summary>Says where training stands after weights and moments have been set.</summary>
    /// <param name="step">Steps finished.</param>
    /// <param name="samplesConsumed">Samples consumed.</param>
    /// <param name="updates">Optimizer updates made.</param>
    /// <param name="skippedSteps">Steps skipped.</param>
    public void Restored(int step, long samplesConsumed, long updates, long skippedSteps) => State.Restored(new StepPosition(step, samplesConsumed, updates, skippedSteps));

    /// <summary>Gives up a step that failed. What was under way must have ended: the groups have been aborted.</summary>
    public void Reset()
    {
        executor.Reset();
        reducer.Reset();
        gatherer.Reset();
        forest.Reset();
        adding = null;
    }

    /// <summary>Goes on with the groups of a new generation of the same layout, after a <see cref="Reset"/>.</summary>
    public void Reconnect(RankGroups newer) => groups.Replace(newer);

    /// <summary>Brings the weights for the products in line with the fp32 weights of all ranks' shards; taken together with the other ranks.</summary>
    /// <exception cref="TorchException">A rank did not take part in time, or the groups were aborted.</exception>
    public void GatherWeights()
    {
        State.RefreshCompute();
        for (var bucket = plan.Buckets.Count - 1; bucket >= 0; bucket--)
        {
            gatherer.Begin(bucket);
        }

        gatherer.End();
    }

    /// <inheritdoc/>
    public void Forwarded(int slot, int micro) => integrity.Forwarded(slot, micro);

    /// <inheritdoc/>
    public void Backward(LlamaStage stage, int slot, int micro)
    {
        ArgumentNullException.ThrowIfNull(stage);
        var gradients = forest.Rent();
        var isLast = micro == count - 1;
        if (isLast)
        {
            adding = gradients;
            forest.Begin(first + micro, options.MicroBatches);
            forest.CollectSums(gradients, sums);
        }

        if (stage.Plan.Span.HasHead)
        {
            var loss = stage.Loss(slot, gradients.Views, out _);
            exchange.SetLoss(micro, loss);
            integrity.Lost(micro, loss);
            if (isLast && plan.OfHead is { } head)
            {
                Reduce(head);
            }
        }

        stage.Backward(slot, gradients.Views, layerDone: isLast ? layerDone : null);
        if (isLast)
        {
            if (plan.OfEmbedding is { } embedding)
            {
                Reduce(embedding);
            }

            ReduceNorms();
            forest.End(gradients);
            adding = null;
            integrity.Ended(slot, micro, null);
        }
        else
        {
            integrity.Ended(slot, micro, gradients);
            forest.Add(gradients, first + micro, options.MicroBatches);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var view in normViews)
        {
            view.Dispose();
        }

        executor.Dispose();
        gatherer.Dispose();
        validationExchange?.Dispose();
        integrity.Dispose();
        exchange.Dispose();
        reducer.Dispose();
        forest.Dispose();
        stage.Dispose();
        State.Dispose();
    }

    private TimeSpan Update(double learningRate, double scale, double norm, StepPosition after)
    {
        var step = Begin(learningRate, scale, norm);
        for (var bucket = plan.Buckets.Count - 1; bucket >= 0; bucket--)
        {
            optimizer.Update(bucket, step);
            gatherer.Begin(bucket);
            groups.Progress.Passed();
            if (bucket == plan.Buckets.Count / 2)
            {
                Reached(FaultPoint.MidUpdate);
            }
        }

        Reached(FaultPoint.MidAllGather);
        State.EndUpdate(after);
        return Timed(gatherer.End);
    }

    /// <summary>The weights and moments stay as they are; every rank does so after the same step.</summary>
    private StepReport GoThrough(Rollback rollback)
    {
        Asked = StepControl.None;
        WaitSeconds = 0;
        State.Keep(rollback.After(State.Position, options));
        var position = State.Position;
        return new StepReport(
            Step, options.Steps, position.Loss, null, position.LearningRate, position.GradientNorm, true, SamplesConsumed * options.SequenceLength, 0, 0, TimeSpan.Zero, rollback.Judgement);
    }

    /// <summary>A checkpoint's copy may have to be waited for.</summary>
    private AdamWStep Begin(double learningRate, double scale, double norm)
    {
        using var storing = groups.Progress.Enter(DeviceActivity.Storing);
        return optimizer.Begin(learningRate, scale, norm);
    }

    private TimeSpan WaitForCopies()
    {
        if (Copies is null)
        {
            return TimeSpan.Zero;
        }

        using var storing = groups.Progress.Enter(DeviceActivity.Storing);
        var waited = Timed(() => Copies.End(groups.ThrowIfAborted));
        CopySeconds = waited.TotalSeconds;
        return waited;
    }

    private TimeSpan Timed(Action wait)
    {
        var begin = time.GetTimestamp();
        wait();
        return time.GetElapsedTime(begin);
    }

    private void Reached(FaultPoint point) => faults?.Reached(point, Step + 1, rank, groups, Damage);

    private void LayerDone(int layer) => Reduce(plan.OfLayer(layer));

    private void Reduce(GradientBucket bucket)
    {
        integrity.Computed(count - 1, bucket, adding!);
        forest.AddBucket(adding!, bucket);
        BeginReduction(bucket);
    }

    /// <summary>May have to wait for the ranks that have not sent their part of an earlier one yet: no time of this rank's computing.</summary>
    private void BeginReduction(GradientBucket bucket)
    {
        var begin = time.GetTimestamp();
        reducer.Begin(bucket, sums);
        reducing += time.GetElapsedTime(begin);
    }

    /// <summary>With tensor parallelism each rank has the norms' gradients of its tokens alone.</summary>
    private void ReduceNorms()
    {
        integrity.Computed(count - 1, plan.OfNorms, adding!);
        forest.AddBucket(adding!, plan.OfNorms);
        if (tensorGroup is not null)
        {
            foreach (var sum in sums)
            {
                tensorGroup.AllReduce(sum.Bucket(plan.OfNorms));
            }
        }

        BeginReduction(plan.OfNorms);
    }

    internal static StageOptions StageOptions(TrainerOptions options, int slots) => new()
    {
        MicroBatch = options.MicroBatch,
        SequenceLength = options.SequenceLength,
        Slots = slots,
        Precision = options.Precision,
        Recompute = options.Recompute,
    };
}
