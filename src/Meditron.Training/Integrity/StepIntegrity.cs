using Meditron.Llama;
using Meditron.Torch.Kernels;
using Meditron.Training.Parallel;

namespace Meditron.Training.Integrity;

/// <summary>
/// One rank's part in comparing, before a step is committed, what must be equal on several ranks: their weights, and a micro-batch that two of them compute. What
/// ranks say of it travels with the exchange that commits the step, so that all find the same, and nobody takes a step in which something is wrong.
/// </summary>
internal sealed class StepIntegrity : IDisposable
{
    private readonly StageGeometry geometry;
    private readonly RankCoordinates at;
    private readonly LlamaStage stage;
    private readonly PipelineExecutor executor;
    private readonly GradientForest forest;
    private readonly StepExchange exchange;
    private readonly IntegrityOptions options;
    private readonly WeightHashes weights;
    private readonly ComputationHash computation;
    private readonly int weightWords;
    private VerificationPlan? plan;
    private bool compares;
    private Miscomputing miscomputing;

    public StepIntegrity(
        StageGeometry geometry, RankCoordinates at, ShardedState state, LlamaStage stage, PipelineExecutor executor, GradientForest forest, StepExchange exchange, IKernels kernels, IntegrityOptions options)
    {
        this.geometry = geometry;
        this.at = at;
        this.stage = stage;
        this.executor = executor;
        this.forest = forest;
        this.exchange = exchange;
        this.options = options;
        weights = new WeightHashes(state, kernels);
        computation = new ComputationHash(geometry.PlanOf(at), kernels);
        weightWords = WeightHashes.WordsOf(geometry.Layout.Data);
    }

    private enum Miscomputing
    {
        Never,
        Once,
        Always,
    }

    private int LastStage => geometry.Layout.Pipeline - 1;

    /// <summary>Words that a rank says in the exchange of a step.</summary>
    public static int WordsOf(ParallelLayout layout) => WeightHashes.WordsOf(layout.Data) + VerificationPlan.Words;

    /// <summary>Begins a step.</summary>
    public void Begin(int step)
    {
        exchange.Words.Clear();
        computation.Clear();
        plan = VerificationPlan.Of(step, options.VerifyInterval, geometry.Shares);
        compares = options.IsHashed(step);
    }

    /// <summary>A fault: one bit of the next gradients is wrong, or of all from there on.</summary>
    public void Miscompute(bool always) => miscomputing = always ? Miscomputing.Always : Miscomputing.Once;

    /// <summary>A micro-batch of this rank has passed the stage.</summary>
    public void Forwarded(int slot, int micro)
    {
        if (IsCompared(micro))
        {
            computation.Output(stage, slot);
        }
    }

    /// <summary>The loss of a micro-batch of this rank is known.</summary>
    public void Lost(int micro, double loss)
    {
        if (IsCompared(micro))
        {
            computation.Loss(loss);
        }
    }

    /// <summary>The gradients of a bucket are complete, and nothing has been added to them.</summary>
    public void Computed(int micro, GradientBucket bucket, GradientBuffer gradients)
    {
        Damage(bucket, gradients);
        if (IsCompared(micro))
        {
            computation.Gradient(bucket, gradients);
        }
    }

    /// <summary>All gradients of a micro-batch are complete.</summary>
    /// <param name="slot">Its slot.</param>
    /// <param name="micro">The micro-batch.</param>
    /// <param name="gradients">Its gradients, where their buckets were not told one by one.</param>
    public void Ended(int slot, int micro, GradientBuffer? gradients)
    {
        if (gradients is not null)
        {
            Damage(geometry.PlanOf(at).Buckets[0], gradients);
        }

        if (!IsCompared(micro))
        {
            return;
        }

        if (gradients is not null)
        {
            computation.Gradients(gradients);
        }

        if (at.Stage > 0)
        {
            computation.Residual(stage, slot);
        }

        Say(0);
    }

    /// <summary>Computes another rank's micro-batch where it is this one's turn; its passes have ended.</summary>
    /// <param name="firstSample">The step's first sample.</param>
    public void Verify(long firstSample)
    {
        if (plan is { } verification && at.Data == verification.Verifier)
        {
            Recompute(verification, firstSample, 1);
        }
    }

    /// <summary>Says what this rank's weights are, where they are compared in this step.</summary>
    public void Compare()
    {
        if (compares)
        {
            weights.Fill(exchange.Words);
        }
    }

    /// <summary>Acts on what all ranks have said in the exchange.</summary>
    /// <param name="asked">What any rank has asked for: before a checkpoint the weights are compared in any case.</param>
    /// <param name="firstSample">The step's first sample.</param>
    /// <exception cref="IntegrityException">A rank holds or computed other bits than it must; every rank throws it.</exception>
    public void Judge(StepControl asked, long firstSample)
    {
        if (!compares && (asked & (StepControl.Checkpoint | StepControl.Stop)) != StepControl.None)
        {
            compares = true;
            weights.Fill(exchange.Words);
            exchange.Run(StepControl.None);
        }

        if (!compares && plan is null)
        {
            return;
        }

        var words = exchange.AllWords();
        if (compares && WeightVerdict.Of(geometry.Layout, words) is { Count: > 0 } findings)
        {
            throw new IntegrityException(findings);
        }

        var computations = Computations(words);
        if (plan is not { } verification || ComputationVerdict.Agrees(geometry.Layout, verification, computations))
        {
            return;
        }

        if (at.Data == verification.Third || (verification.Third < 0 && at.Data == verification.Data && verification.Verifier != verification.Data))
        {
            Recompute(verification, firstSample, 2);
        }
        else if (verification.Third < 0 && at.Data == verification.Verifier && verification.Verifier != verification.Data)
        {
            Recompute(verification, firstSample, 3);
        }

        exchange.Run(StepControl.None);
        throw new IntegrityException(ComputationVerdict.Of(geometry.Layout, verification, Computations(exchange.AllWords())));
    }

    /// <inheritdoc/>
    public void Dispose() => weights.Dispose();

    private List<long[]> Computations(IReadOnlyList<long[]> words) => [.. words.Select(said => said[weightWords..])];

    private bool IsCompared(int micro) => plan is { } verification && at.Data == verification.Data && micro == verification.Micro;

    private void Say(int place)
    {
        var words = exchange.Words[(weightWords + 2 * place)..];
        words[0] = computation.Forward;
        words[1] = computation.Backward;
    }

    private void Recompute(VerificationPlan verification, long firstSample, int place)
    {
        computation.Clear();
        var gradients = forest.Rent();
        try
        {
            var first = firstSample + (long)(geometry.Shares.FirstOf(verification.Data) + verification.Micro) * geometry.Options.MicroBatch;
            executor.RunOne(
                first,
                slot => computation.Output(stage, slot),
                slot =>
                {
                    if (at.Stage == LastStage)
                    {
                        computation.Loss(stage.Loss(slot, gradients.Views, out _));
                    }

                    stage.Backward(slot, gradients.Views);
                    Damage(geometry.PlanOf(at).Buckets[0], gradients);
                    computation.Gradients(gradients);
                    if (at.Stage > 0)
                    {
                        computation.Residual(stage, slot);
                    }
                });
            Say(place);
        }
        finally
        {
            forest.Return(gradients);
        }
    }

    /// <summary>Makes the fault happen that is planned.</summary>
    private void Damage(GradientBucket bucket, GradientBuffer gradients)
    {
        if (miscomputing == Miscomputing.Never || bucket.Index > 0)
        {
            return;
        }

        using var first = gradients.Bucket(bucket).narrow(0, 0, 1);
        System.Runtime.InteropServices.MemoryMarshal.Cast<float, int>(first.data<float>())[0] ^= 1 << 20;
        miscomputing = miscomputing == Miscomputing.Once ? Miscomputing.Never : miscomputing;
    }
}
