using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Bench;

/// <summary>Every operation of a step at the default shape: 4 sequences of 512 tokens, hidden 512, 8 heads and 4 groups of 64, feed-forward 1376, vocabulary 8192.</summary>
internal static class KernelOperations
{
    private const long Batch = 4, Length = 512, Hidden = 512, Heads = 8, Groups = 4, Width = 64, Inner = 1376, Vocabulary = 8192;
    private const long Tokens = Batch * Length, Parameters = 8_000_000;

    /// <summary>The operations on fresh tensors of the type; they live in the caller's scope.</summary>
    public static IEnumerable<KernelOperation> All(ScalarType type)
    {
        var size = type == ScalarType.Float32 ? 4 : 2;
        Tensor Rows(long rows, long width) => torch.randn([rows, width]).to(type);
        var fused = Rows(Tokens, (Heads + (2 * Groups)) * Width).view(Batch, Length, -1);
        Tensor Part(Tensor all, long first, long count) => all.narrow(2, first * Width, count * Width).view(Batch, Length, count, Width);
        var gradients = torch.zeros_like(fused);
        var (q, k, v) = (Part(fused, 0, Heads), Part(fused, Heads, Groups), Part(fused, Heads + Groups, Groups));
        var (dq, dk, dv) = (Part(gradients, 0, Heads), Part(gradients, Heads, Groups), Part(gradients, Heads + Groups, Groups));
        var (attended, dout, lse) = (torch.zeros_like(q.contiguous()), Rows(Tokens, Heads * Width).view(Batch, Length, Heads, Width), torch.zeros(Batch, Heads, Length));
        var (x, y, weight, rstd) = (Rows(Tokens, Hidden), Rows(Tokens, Hidden), torch.ones([Hidden], type), torch.ones([Tokens], ScalarType.Float32));

        foreach (var (name, inputs, outputs) in new[]
        {
            ("qkv", Hidden, (Heads + (2 * Groups)) * Width), ("o", Heads * Width, Hidden), ("gate and up", Hidden, 2 * Inner), ("down", Inner, Hidden), ("logits", Hidden, Vocabulary),
        })
        {
            var (a, b, c, dw) = (Rows(Tokens, inputs), Rows(outputs, inputs), Rows(Tokens, outputs), torch.zeros([outputs, inputs], ScalarType.Float32));
            var flops = 2.0 * Tokens * inputs * outputs;
            yield return new($"matmul_nt {name}", flops, 0, kernels => kernels.matmul_nt(a, b, c));
            yield return new($"matmul_nn {name}", flops, 0, kernels => kernels.matmul_nn(c, b, a));
            yield return new($"matmul_tn {name}", flops, 0, kernels => kernels.matmul_tn(c, a, dw, accumulate: true));
        }

        // Of the scores only the causal half counts; the backward's five products likewise.
        const double Causal = (double)Batch * Heads * Length * Length * Width;
        var scale = 1 / Math.Sqrt(Width);
        yield return new("attention", 2 * Causal, 0, kernels => kernels.attention(q, k, v, scale, attended, lse));
        yield return new("attention_backward", 5 * Causal, 0, kernels => kernels.attention_backward(dout, q, k, v, attended, lse, scale, dq, dk, dv));

        var (cos, sin) = (torch.ones([Length, Width / 2], ScalarType.Float32), torch.zeros([Length, Width / 2], ScalarType.Float32));
        yield return new("rope half rotation", 0, 2.0 * size * q.numel(), kernels => kernels.rope(q, cos, sin, RopeLayout.HalfRotation, inverse: false));
        yield return new("rope interleaved", 0, 2.0 * size * q.numel(), kernels => kernels.rope(q, cos, sin, RopeLayout.Interleaved, inverse: true));

        var (dweight, dy) = (torch.zeros(Hidden), dout.view(Tokens, -1));
        yield return new("rms_norm", 0, 2.0 * size * x.numel(), kernels => kernels.rms_norm(x, weight, 1e-5, y, rstd));
        yield return new("rms_norm_backward", 0, 4.0 * size * x.numel(), kernels => kernels.rms_norm_backward(dy, x, weight, rstd, y, accumulate: true));
        yield return new("rms_norm_backward_weight", 0, 2.0 * size * x.numel(), kernels => kernels.rms_norm_backward_weight(dy, x, rstd, dweight));

        var (gateUp, inner, dgateUp) = (Rows(Tokens, 2 * Inner), Rows(Tokens, Inner), Rows(Tokens, 2 * Inner));
        var (gate, up, dgate, dup) = (gateUp.narrow(1, 0, Inner), gateUp.narrow(1, Inner, Inner), dgateUp.narrow(1, 0, Inner), dgateUp.narrow(1, Inner, Inner));
        yield return new("swiglu", 0, 3.0 * size * inner.numel(), kernels => kernels.swiglu(gate, up, inner));
        yield return new("swiglu_backward", 0, 5.0 * size * inner.numel(), kernels => kernels.swiglu_backward(inner, gate, up, dgate, dup));

        var (table, dtable, tokens) = (Rows(Vocabulary, Hidden), torch.zeros(Vocabulary, Hidden), torch.randint(0, Vocabulary, [Tokens], ScalarType.Int32));
        yield return new("embedding", 0, 2.0 * size * x.numel(), kernels => kernels.embedding(table, tokens, y));
        yield return new("embedding_backward", 0, (size + 8.0) * x.numel(), kernels => kernels.embedding_backward(x, tokens, dtable));

        var (logits, loss) = (Rows(Tokens, Vocabulary), torch.zeros(Tokens));
        yield return new("cross_entropy and its gradient", 0, 2.0 * size * logits.numel(), kernels => kernels.cross_entropy(logits, tokens, Vocabulary, 1, backward: true, loss));

        var (master, gradient, first, second, compute) = (torch.randn(Parameters), torch.randn(Parameters), torch.zeros(Parameters), torch.zeros(Parameters), torch.zeros([Parameters], ScalarType.BFloat16));
        var step = new AdamWStep(1e-4, 0.9, 0.95, 1e-8, 0.1, 1);
        var half = type == ScalarType.BFloat16;
        yield return new("adamw, 8 M parameters", 0, (28.0 + (half ? 2 : 0)) * Parameters, kernels => kernels.adamw(master, gradient, first, second, half ? compute : null, step));
        var (from, to) = (new AdamWState(master, first, second), new AdamWState(torch.zeros(Parameters), torch.zeros(Parameters), torch.zeros(Parameters)));
        var (expected, written) = (new ulong[StateBlock.CountOf(Parameters)], new ulong[StateBlock.CountOf(Parameters)]);
        new FusedKernels().state_checksums(from, expected);
        yield return new("adamw into another state, 8 M", 0, (28.0 + (half ? 2 : 0)) * Parameters, kernels => kernels.adamw(from, gradient, to, half ? compute : null, step));
        yield return new("adamw into another state, checked, 8 M", 0, (28.0 + (half ? 2 : 0)) * Parameters, kernels => kernels.adamw(from, gradient, to, half ? compute : null, step, expected, written));
        yield return new("checksum, 8 M", 0, 4.0 * Parameters, kernels => kernels.checksum(gradient));
        yield return new("sum_squares, 8 M", 0, 4.0 * Parameters, kernels => kernels.sum_squares(gradient));
        yield return new("normal, 8 M", 0, 4.0 * Parameters, kernels => kernels.normal(first, 0, 1, 1, 1, 0));
        yield return new("add", 0, 3.0 * size * x.numel(), kernels => kernels.add(y, x));
        yield return new("cast to bf16, 8 M", 0, 6.0 * Parameters, kernels => kernels.cast(master, compute));
    }
}
