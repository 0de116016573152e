using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

/// <summary>One attention problem: q, k and v as slices of fused projections, results in strided buffers, and the answers of the composed form in Float64.</summary>
/// <remarks>Disposed with the scope it is made in.</remarks>
internal sealed class AttentionCase
{
    private readonly long _batch, _queries, _keys, _heads, _groups, _width;
    private readonly ScalarType _type;

    public AttentionCase(Func<int, ScalarType, long[], Tensor> random, ScalarType type, long batch, long queries, long keys, long heads, long groups, long width)
    {
        (_batch, _queries, _keys, _heads, _groups, _width, _type) = (batch, queries, keys, heads, groups, width, type);
        Scale = 1 / Math.Sqrt(width);
        var fused = random(1, type, [batch, keys, (heads + (2 * groups)) * width]);
        K = Slice(fused, heads, groups);
        V = Slice(fused, heads + groups, groups);
        // With as many queries as keys, one projection holds all three.
        Q = Slice(queries == keys ? fused : random(2, type, [batch, queries, (heads + (2 * groups)) * width]), 0, heads);
        DOut = Gapped(random(3, type, [batch, queries, (heads * width) + 3]), queries);
        Out = Gapped(torch.zeros([batch, queries, (heads * width) + 5], type), queries);
        Lse = torch.zeros([batch, heads, queries]);
        var gradients = torch.zeros([batch, keys, (heads + (2 * groups)) * width], type);
        DK = Slice(gradients, heads, groups);
        DV = Slice(gradients, heads + groups, groups);
        DQ = Slice(queries == keys ? gradients : torch.zeros([batch, queries, heads * width], type), 0, heads);
    }

    public double Scale { get; }

    public Tensor Q { get; }

    public Tensor K { get; }

    public Tensor V { get; }

    public Tensor DOut { get; }

    public Tensor Out { get; }

    public Tensor Lse { get; }

    public Tensor DQ { get; }

    public Tensor DK { get; }

    public Tensor DV { get; }

    public override string ToString() => $"{_type} B{_batch} T{_queries} S{_keys} H{_heads} G{_groups} D{_width}";

    public void Forward(IKernels kernels) => kernels.attention(Q, K, V, Scale, Out, Lse);

    public void Backward(IKernels kernels) => kernels.attention_backward(DOut, Q, K, V, Out, Lse, Scale, DQ, DK, DV);

    /// <summary>The same problem in Float64, answered by the composed form.</summary>
    public AttentionCase Reference(bool backward)
    {
        var reference = new AttentionCase((_, _, size) => torch.zeros(size, ScalarType.Float64), ScalarType.Float64, _batch, _queries, _keys, _heads, _groups, _width);
        reference.Q.copy_(Q);
        reference.K.copy_(K);
        reference.V.copy_(V);
        reference.DOut.copy_(DOut);
        var composed = new AtenKernels();
        var lse = torch.zeros([_batch, _heads, _queries], ScalarType.Float64);
        composed.attention(reference.Q, reference.K, reference.V, Scale, reference.Out, lse);
        reference.Lse.copy_(lse);
        if (backward)
        {
            composed.attention_backward(reference.DOut, reference.Q, reference.K, reference.V, reference.Out, lse, Scale, reference.DQ, reference.DK, reference.DV);
        }

        return reference;
    }

    public Tensor[] Outputs() => [Out, Lse, DQ, DK, DV];

    private Tensor Slice(Tensor fused, long firstHead, long count) =>
        fused.narrow(2, firstHead * _width, count * _width).view(fused.size(0), fused.size(1), count, _width);

    private Tensor Gapped(Tensor rows, long tokens) => rows.narrow(2, 0, _heads * _width).view(_batch, tokens, _heads, _width);
}
