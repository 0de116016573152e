using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama;

/// <summary>
/// One pipeline stage of a Llama model: some layers, on the first stage the embedding, on the last the final norm, the output
/// projection and the loss. Holds up to <see cref="StageOptions.Slots"/> micro-batches between forward and backward.
/// </summary>
public sealed class LlamaStage : IDisposable
{
    private readonly IKernels kernels;
    private readonly StageBuffers buffers;
    private readonly RopeTable rope;
    private readonly LlamaLayer[] layers;
    private readonly StageSlot[] slots;
    private readonly HeadChunk[] chunks;
    private readonly ITensorGroup? group;
    private readonly long headColumns;

    /// <summary>Allocates the stage's buffers; the weights are given.</summary>
    /// <param name="parameters">The stage's weights; not owned.</param>
    /// <param name="options">Batch shape and what is kept.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="group">The ranks that share the stage's matrices, or null for none.</param>
    /// <exception cref="TorchException">There is not enough memory.</exception>
    public LlamaStage(ParameterStore parameters, StageOptions options, IKernels kernels, ITensorGroup? group = null)
    {
        if ((group?.Shard ?? TensorShard.Whole) != parameters.Layout.Shard)
        {
            throw new ArgumentException($"The weights are share {parameters.Layout.Shard}, but the group's is {group?.Shard ?? TensorShard.Whole}.", nameof(group));
        }

        this.kernels = kernels;
        this.group = group;
        Parameters = parameters;
        Plan = StagePlan.Create(parameters.Layout.Config, parameters.Layout.Span, parameters.Layout.Shard, options);
        var rows = Plan.Config.PaddedVocabularySize / Plan.Shard.Count;
        headColumns = Math.Clamp(Plan.Config.VocabularySize - (long)Plan.Shard.Index * rows, 0, rows);
        buffers = new StageBuffers(Plan, parameters.Device);
        rope = new RopeTable(Plan.Config, options.SequenceLength, parameters.Device);
        layers = [.. Enumerable.Range(0, Plan.Span.LayerCount).Select(local => new LlamaLayer(
            parameters, kernels, rope, options, Plan.Span.FirstLayer + local, local, group, Full, Share))];
        slots = [.. Enumerable.Range(0, options.Slots).Select(slot => new StageSlot(Plan, buffers, slot))];
        chunks = Plan.Span.HasHead ? HeadChunk.Cut(Plan, buffers, slots) : [];
    }

    /// <summary>The weights.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>The static buffer plan.</summary>
    public StagePlan Plan { get; }

    /// <summary>Called between layers and between chunks of the head; what it throws ends the pass under way, which must then be given up.</summary>
    public Action? Interruption { get; set; }

    private Tensor? Full => group is null ? null : buffers["tensor.full"];

    private Tensor? Share => group is null ? null : buffers["tensor.share"];

    /// <summary>Sets the tokens of a micro-batch, row by row of [batch, time]; first stage only.</summary>
    public void SetTokens(int slot, ReadOnlySpan<int> tokens)
    {
        Check(Plan.Span.HasEmbedding, tokens.Length, "tokens", "embedding");
        slots[slot].SetTokens(tokens);
    }

    /// <summary>Sets the targets of a micro-batch, row by row of [batch, time]; -100 is ignored; last stage only.</summary>
    public void SetTargets(int slot, ReadOnlySpan<int> targets)
    {
        Check(Plan.Span.HasHead, targets.Length, "targets", "head");
        slots[slot].SetTargets(targets);
    }

    /// <summary>Where the activations from the stage before are to be put, [N, hidden].</summary>
    public Tensor Input(int slot) => slots[slot].X[0];

    /// <summary>The activations for the stage after, [N, hidden].</summary>
    public Tensor Output(int slot) => slots[slot].X[Plan.Options.ForwardOnly ? layers.Length % 2 : layers.Length];

    /// <summary>The gradient of the residual stream, [N, hidden]: of the output before the backward pass (put there by a later stage), of the input after it.</summary>
    public Tensor ResidualGradient(int slot) => slots[slot].ResidualGradient;

    /// <summary>Runs the embedding and the layers on a slot; the head runs in <see cref="Loss"/>.</summary>
    public void Forward(int slot)
    {
        var s = slots[slot];
        if (Plan.Span.HasEmbedding)
        {
            kernels.embedding(Parameters.Compute[ParameterNames.Embedding], s.Tokens!, Full ?? s.X[0]);
            group?.ReduceScatter(s.X[0], Full!);
        }

        for (var layer = 0; layer < layers.Length; layer++)
        {
            Interruption?.Invoke();
            layers[layer].Forward(s.Layers[layer], InputOf(s, layer), InputOf(s, layer + 1));
        }
    }

    /// <summary>
    /// The mean loss over the targets of a slot that are not ignored. With <paramref name="gradients"/> also the head's gradients and, in
    /// <see cref="ResidualGradient"/>, the gradient of the layers' output, by a loop over chunks of tokens so that only one chunk's logits exist.
    /// </summary>
    /// <param name="slot">The micro-batch.</param>
    /// <param name="gradients">Where the gradients go, or null for the loss alone.</param>
    /// <param name="counted">Number of targets that are not ignored.</param>
    /// <returns>The mean loss in nats; 0 where every target is ignored.</returns>
    public double Loss(int slot, FlatViews? gradients, out int counted)
    {
        var s = slots[slot];
        var x = Output(slot);
        var config = Plan.Config;
        var head = config.TieEmbeddings ? ParameterNames.Embedding : ParameterNames.Head;
        var weight = Parameters.Compute[head];
        counted = s.CountTargets();
        Tensor normed = buffers["head.normed"], rstd = buffers["head.rstd"];
        kernels.rms_norm(x, Parameters.Compute[ParameterNames.FinalNorm], config.NormEps, Share ?? normed, rstd);
        group?.AllGather(normed, Share!);
        var scale = counted == 0 ? 0.0 : 1.0 / counted;
        for (var index = 0; index < chunks.Length; index++)
        {
            Interruption?.Invoke();
            var chunk = chunks[index];
            kernels.matmul_nt(chunk.Normed, weight, chunk.Logits);
            CrossEntropy(chunk, slot, scale, gradients is not null);
            if (gradients is not null)
            {
                kernels.matmul_tn(chunk.Logits, chunk.Normed, gradients[head], accumulate: index > 0);
                kernels.matmul_nn(chunk.Logits, weight, chunk.Normed);
            }
        }

        if (gradients is not null)
        {
            if (group is not null)
            {
                group.ReduceScatter(Share!, normed);
                normed = Share!;
            }

            var gradient = gradients[ParameterNames.FinalNorm];
            gradient.zero_();
            kernels.rms_norm_backward_weight(normed, x, rstd, gradient);
            kernels.rms_norm_backward(normed, x, Parameters.Compute[ParameterNames.FinalNorm], rstd, s.ResidualGradient, accumulate: false);
        }

        return s.SumLoss() * scale;
    }

    /// <summary>
    /// The backward pass of the layers and the embedding, from the gradient in <see cref="ResidualGradient"/>. Every gradient it writes is
    /// overwritten, not added to, except that a tied embedding adds to what <see cref="Loss"/> wrote.
    /// </summary>
    /// <param name="slot">The micro-batch.</param>
    /// <param name="gradients">Where the gradients go, fp32.</param>
    /// <param name="deferWeights">Leave the layers' gradient by weight to <see cref="BackwardWeight"/>.</param>
    /// <param name="layerDone">Told each layer, counted from the stage's first, whose matrices have their whole gradient; the norms have theirs at the end.</param>
    public void Backward(int slot, FlatViews gradients, bool deferWeights = false, Action<int>? layerDone = null)
    {
        if (deferWeights && !Plan.Options.SplitBackward)
        {
            throw new InvalidOperationException("The gradient by weight can be deferred only where the stage was created with SplitBackward, which plans the buffers for it.");
        }

        var s = slots[slot];
        for (var layer = layers.Length - 1; layer >= 0; layer--)
        {
            Interruption?.Invoke();
            layers[layer].Backward(s.Layers[layer], s.X[layer], s.ResidualGradient, gradients, deferWeights);
            layerDone?.Invoke(layer);
        }

        if (Plan.Span.HasEmbedding)
        {
            var gradient = gradients[ParameterNames.Embedding];
            if (!(Plan.Config.TieEmbeddings && Plan.Span.HasHead))
            {
                gradient.zero_();
            }

            group?.AllGather(Full!, s.ResidualGradient);
            kernels.embedding_backward(Full ?? s.ResidualGradient, s.Tokens!, gradient);
        }
    }

    /// <summary>The layers' gradient by weight that <see cref="Backward"/> deferred.</summary>
    public void BackwardWeight(int slot, FlatViews gradients)
    {
        var s = slots[slot];
        for (var layer = layers.Length - 1; layer >= 0; layer--)
        {
            layers[layer].BackwardWeight(s.Layers[layer], s.X[layer], gradients);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        rope.Dispose();
        buffers.Dispose();
        foreach (var slot in slots)
        {
            slot.Dispose();
        }
    }

    private void CrossEntropy(HeadChunk chunk, int slot, double scale, bool backward)
    {
        if (group is null)
        {
            kernels.cross_entropy(chunk.Logits, chunk.Targets[slot], headColumns, scale, backward, chunk.Loss[slot]);
            return;
        }

        kernels.cross_entropy_stats(chunk.Logits, chunk.Targets[slot], headColumns, chunk.Stats!);
        group.AllGather(chunk.AllStats!, chunk.Stats!);
        kernels.cross_entropy_sharded(chunk.Logits, chunk.Targets[slot], headColumns, chunk.AllStats!, scale, backward, chunk.Loss[slot]);
    }

    private Tensor InputOf(StageSlot s, int layer) => s.X[Plan.Options.ForwardOnly ? layer % 2 : layer];

    private void Check(bool hasPart, int count, string what, string part)
    {
        if (!hasPart)
        {
            throw new InvalidOperationException($"This stage has no {part}, so it takes no {what}.");
        }

        if (count != Plan.Options.Tokens)
        {
            throw new ArgumentException(
                $"A micro-batch has {Plan.Options.MicroBatch} x {Plan.Options.SequenceLength} = {Plan.Options.Tokens} {what}, but {count} were given.");
        }
    }
}
