using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Distributed;

namespace Meditron.Training.Parallel;

/// <summary>
/// Takes one stage through the passes of a step: activations come from the stage before and go to the one after, gradients the other way, by
/// transfers that run while the stage computes. Micro-batches are summed in their order whatever the schedule.
/// </summary>
public sealed class PipelineExecutor : IDisposable
{
    private readonly LlamaStage stage;
    private readonly PipelineSchedule schedule;
    private readonly IMicroBatchSource train;
    private readonly RankGroups groups;
    private readonly int index;
    private readonly int stages;
    private readonly int microBatch;
    private readonly int count;
    private readonly TimeSpan timeout;
    private readonly Work[] activationIn;
    private readonly Work[] activationOut;
    private readonly Work[] gradientIn;
    private readonly Work[] gradientOut;
    private readonly int[] tokens;
    private readonly int[] targets;
    private readonly TimeProvider time;

    /// <summary>Makes the executor of a stage.</summary>
    /// <param name="stage">The stage, with as many slots as the schedule needs.</param>
    /// <param name="schedule">The order of its passes.</param>
    /// <param name="train">Training samples.</param>
    /// <param name="groups">The rank's groups, of which the pipeline's is used.</param>
    /// <param name="count">Micro-batches of this rank in a step.</param>
    /// <param name="timeout">How long one transfer may take.</param>
    /// <param name="time">The clock of <see cref="Waited"/>.</param>
    public PipelineExecutor(LlamaStage stage, PipelineSchedule schedule, IMicroBatchSource train, RankGroups groups, int count, TimeSpan timeout, TimeProvider time)
    {
        this.time = time;
        this.stage = stage;
        this.schedule = schedule;
        this.train = train;
        this.groups = groups;
        this.count = count;
        this.timeout = timeout;
        index = groups.Pipeline?.Rank ?? 0;
        stages = groups.Pipeline?.Size ?? 1;
        microBatch = stage.Plan.Options.MicroBatch;
        activationIn = new Work[schedule.Slots];
        activationOut = new Work[schedule.Slots];
        gradientIn = new Work[schedule.Slots];
        gradientOut = new Work[schedule.Slots];
        tokens = new int[stage.Plan.Options.Tokens];
        targets = new int[tokens.Length];
    }

    /// <summary>Time spent waiting for neighbours since the executor was made.</summary>
    public TimeSpan Waited { get; private set; }

    private bool IsFirst => index == 0;

    private bool IsLast => index == stages - 1;

    /// <summary>Takes the stage through one step's passes.</summary>
    /// <param name="firstSample">Index of the first sample of this rank's first micro-batch.</param>
    /// <param name="sink">Receives losses and gradients.</param>
    /// <exception cref="TorchException">A neighbour did not answer in time, or the group was aborted.</exception>
    public void RunStep(long firstSample, IStepSink sink)
    {
        for (var micro = 0; micro < Math.Min(schedule.Slots, count); micro++)
        {
            ExpectActivations(micro);
        }

        foreach (var operation in schedule.Operations)
        {
            if (operation.IsForward)
            {
                Forward(operation.MicroBatch, firstSample, sink);
            }
            else
            {
                Backward(operation.MicroBatch, sink);
            }
        }

        Finish(activationOut);
        Finish(gradientOut);
    }

    /// <summary>The losses of some validation micro-batches, forward alone; on the last stage only.</summary>
    /// <param name="source">Validation samples.</param>
    /// <param name="firstSample">Index of the first.</param>
    /// <param name="batches">Micro-batches.</param>
    /// <param name="report">Told the loss of each, in order; last stage only.</param>
    public void Evaluate(IMicroBatchSource source, long firstSample, int batches, Action<int, double> report)
    {
        for (var batch = 0; batch < batches; batch++)
        {
            Load(source, firstSample + (long)batch * microBatch, 0);
            if (!IsFirst)
            {
                using var waiting = groups.Waiting();
                groups.Pipeline!.recv(stage.Input(0), index - 1, timeout: timeout);
            }

            stage.Forward(0);
            if (IsLast)
            {
                report(batch, stage.Loss(0, null, out _));
            }
            else
            {
                using var waiting = groups.Waiting();
                groups.Pipeline!.send(stage.Output(0), index + 1, timeout: timeout);
            }
        }
    }

    /// <summary>Takes the stage through the passes of one micro-batch, beside those of a step and after them; together with the pipeline's other ranks.</summary>
    /// <param name="firstSample">Index of its first sample.</param>
    /// <param name="forwarded">Told its slot once it has passed the stage, where another one follows.</param>
    /// <param name="backward">Runs the loss, where the stage has it, and the backward pass.</param>
    /// <exception cref="TorchException">A neighbour did not answer in time, or the group was aborted.</exception>
    public void RunOne(long firstSample, Action<int> forwarded, Action<int> backward)
    {
        const int slot = 0;
        Load(train, firstSample, slot);
        if (!IsFirst)
        {
            using var waiting = groups.Waiting();
            groups.Pipeline!.recv(stage.Input(slot), index - 1, timeout: timeout);
        }

        stage.Forward(slot);
        if (!IsLast)
        {
            forwarded(slot);
            using var waiting = groups.Waiting();
            groups.Pipeline!.send(stage.Output(slot), index + 1, timeout: timeout);
            groups.Pipeline.recv(stage.ResidualGradient(slot), index + 1, timeout: timeout);
        }

        backward(slot);
        if (!IsFirst)
        {
            using var waiting = groups.Waiting();
            groups.Pipeline!.send(stage.ResidualGradient(slot), index - 1, timeout: timeout);
        }
    }

    /// <summary>Gives up what is under way, after a failure.</summary>
    public void Reset()
    {
        foreach (var works in (Work[][])[activationIn, activationOut, gradientIn, gradientOut])
        {
            foreach (ref var work in works.AsSpan())
            {
                work.Dispose();
                work = default;
            }
        }
    }

    /// <inheritdoc/>
    public void Dispose() => Reset();

    private void Forward(int micro, long firstSample, IStepSink sink)
    {
        var slot = micro % schedule.Slots;
        Load(train, firstSample + (long)micro * microBatch, slot);
        Finish(ref activationIn[slot]);
        Finish(ref activationOut[slot]);
        stage.Forward(slot);
        if (!IsLast)
        {
            sink.Forwarded(slot, micro);
            activationOut[slot] = groups.Pipeline!.send(stage.Output(slot), index + 1, async_op: true, timeout: timeout);
            Finish(ref gradientOut[slot]);
            gradientIn[slot] = groups.Pipeline.recv(stage.ResidualGradient(slot), index + 1, async_op: true, timeout: timeout);
        }
    }

    private void Backward(int micro, IStepSink sink)
    {
        var slot = micro % schedule.Slots;
        Finish(ref gradientIn[slot]);
        if (IsLast)
        {
            // The last stage writes the gradient that goes backwards into the buffer that the transfer before may still be reading.
            Finish(ref gradientOut[slot]);
        }

        sink.Backward(stage, slot, micro);
        if (!IsFirst)
        {
            gradientOut[slot] = groups.Pipeline!.send(stage.ResidualGradient(slot), index - 1, async_op: true, timeout: timeout);
        }

        if (micro + schedule.Slots < count)
        {
            ExpectActivations(micro + schedule.Slots);
        }
    }

    private void ExpectActivations(int micro)
    {
        if (!IsFirst)
        {
            var slot = micro % schedule.Slots;
            activationIn[slot] = groups.Pipeline!.recv(stage.Input(slot), index - 1, async_op: true, timeout: timeout);
        }
    }

    private void Load(IMicroBatchSource source, long firstSample, int slot)
    {
        if (!IsFirst && !IsLast)
        {
            return;
        }

        source.Load(firstSample, tokens, targets);
        if (IsFirst)
        {
            stage.SetTokens(slot, tokens);
        }

        if (IsLast)
        {
            stage.SetTargets(slot, targets);
        }
    }

    private void Finish(Work[] works)
    {
        for (var slot = 0; slot < works.Length; slot++)
        {
            Finish(ref works[slot]);
        }
    }

    private void Finish(ref Work work)
    {
        using var pending = work;
        work = default;
        using var waiting = groups.Waiting();
        var begin = time.GetTimestamp();
        pending.Wait();
        Waited += time.GetElapsedTime(begin);
    }
}
