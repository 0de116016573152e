using Meditron.Torch;

namespace Meditron.Llama;

/// <summary>The buffers, and views of them, with which one layer works on one micro-batch. N = tokens, B = batch, T = time.</summary>
internal sealed class LayerBuffers
{
    public LayerBuffers(StagePlan plan, StageBuffers buffers, int slot, int layer)
    {
        var config = plan.Config;
        var options = plan.Options;
        long batch = options.MicroBatch, time = options.SequenceLength, ffn = config.FfnSize / plan.Shard.Count;
        int heads = config.Heads / plan.Shard.Count, groups = config.KvHeads / plan.Shard.Count, size = config.HeadSize;
        string scope = plan.Scope(slot, layer), cheap = plan.CheapScope(slot, layer), gradient = plan.GradientScope(slot, layer);
        Rstd1 = buffers[scope + ".rstd1"];
        Rstd2 = buffers[scope + ".rstd2"];
        Qkv = buffers[scope + ".qkv"];
        Attention = buffers[scope + ".attention"];
        Middle = buffers[scope + ".middle"];
        GateUp = buffers[scope + ".gate-up"];
        Normed1 = buffers[cheap + ".normed1"];
        Normed2 = buffers[cheap + ".normed2"];
        Activated = buffers[cheap + ".activated"];
        Lse = buffers.Keep(buffers[scope + ".lse"].view(batch, heads, time));
        (Q, K, V) = Heads(Qkv);
        Attention4 = buffers.Keep(Attention.view(batch, time, heads, size));
        Gate = buffers.Keep(GateUp.narrow(1, 0, ffn));
        Up = buffers.Keep(GateUp.narrow(1, ffn, ffn));
        if (options.ForwardOnly)
        {
            return;
        }

        QkvGradient = buffers[gradient + ".qkv"];
        (QGradient, KGradient, VGradient) = Heads(QkvGradient);
        GateUpGradient = buffers[gradient + ".gate-up"];
        GateGradient = buffers.Keep(GateUpGradient.narrow(1, 0, ffn));
        UpGradient = buffers.Keep(GateUpGradient.narrow(1, ffn, ffn));
        NormedGradient = buffers["gradient.normed"];
        using (var wide = buffers["gradient.wide"].view(-1))
        {
            using var activated = wide.narrow(0, 0, options.Tokens * ffn);
            ActivatedGradient = buffers.Keep(activated.view(options.Tokens, ffn));
            using var attention = wide.narrow(0, 0, (long)options.Tokens * heads * size);
            AttentionGradient = buffers.Keep(attention.view(batch, time, heads, size));
            AttentionGradient2 = buffers.Keep(attention.view(options.Tokens, heads * size));
        }

        if (options.SplitBackward)
        {
            OutGradient = buffers[gradient + ".out"];
            MiddleGradient = buffers[gradient + ".middle"];
        }

        (Tensor, Tensor, Tensor) Heads(Tensor qkv)
        {
            long width = (heads + 2L * groups) * size;
            Tensor Cut(long first, int count) => buffers.Keep(qkv.as_strided([batch, time, count, size], [time * width, width, size, 1], first * size));
            return (Cut(0, heads), Cut(heads, groups), Cut(heads + groups, groups));
        }
    }

    public Tensor Rstd1 { get; }

    public Tensor Rstd2 { get; }

    /// <summary>Gets the rotated queries and keys beside the values, [N, (H + 2G) D].</summary>
    public Tensor Qkv { get; }

    public Tensor Q { get; }

    public Tensor K { get; }

    public Tensor V { get; }

    public Tensor Attention { get; }

    public Tensor Attention4 { get; }

    public Tensor Lse { get; }

    /// <summary>Gets the residual stream between attention and the feed-forward network, [N, hidden].</summary>
    public Tensor Middle { get; }

    public Tensor GateUp { get; }

    public Tensor Gate { get; }

    public Tensor Up { get; }

    public Tensor Normed1 { get; }

    public Tensor Normed2 { get; }

    public Tensor Activated { get; }

    public Tensor QkvGradient { get; } = null!;

    public Tensor QGradient { get; } = null!;

    public Tensor KGradient { get; } = null!;

    public Tensor VGradient { get; } = null!;

    public Tensor GateUpGradient { get; } = null!;

    public Tensor GateGradient { get; } = null!;

    public Tensor UpGradient { get; } = null!;

    public Tensor NormedGradient { get; } = null!;

    public Tensor ActivatedGradient { get; } = null!;

    public Tensor AttentionGradient { get; } = null!;

    public Tensor AttentionGradient2 { get; } = null!;

    /// <summary>Gets the kept gradient of the layer's output, or null where the gradient by weight is not deferred.</summary>
    public Tensor? OutGradient { get; }

    /// <summary>Gets the kept gradient of the middle of the residual stream, or null where the gradient by weight is not deferred.</summary>
    public Tensor? MiddleGradient { get; }
}
