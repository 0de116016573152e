namespace Meditron.Torch.Kernels;

/// <summary>Attention by the book: all scores at once, mask, softmax.</summary>
public sealed partial class AtenKernels
{
    /// <inheritdoc/>
    public void attention(Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, double scale, Tensor out_BTHD, Tensor lse_BHT)
    {
        using var scope = torch.NewDisposeScope();
        CheckHeads(nameof(attention), q_BTHD, k_BSGD, v_BSGD);
        var repeats = q_BTHD.size(2) / k_BSGD.size(2);
        var scores_BHTS = Scores(q_BTHD, k_BSGD, repeats, scale);
        var lse = scores_BHTS.logsumexp(-1, keepdim: true);
        lse_BHT.copy_(lse.squeeze(-1));
        var out_BHTD = (scores_BHTS - lse).exp().matmul(Heads(v_BSGD, repeats));
        out_BTHD.copy_(out_BHTD.permute(0, 2, 1, 3));
    }

    /// <inheritdoc/>
    public void attention_backward(
        Tensor dout_BTHD, Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, Tensor out_BTHD, Tensor lse_BHT, double scale, Tensor dq_BTHD, Tensor dk_BSGD, Tensor dv_BSGD)
    {
        using var scope = torch.NewDisposeScope();
        CheckHeads(nameof(attention_backward), q_BTHD, k_BSGD, v_BSGD);
        if (q_BTHD.size(1) != k_BSGD.size(1))
        {
            throw Failure(TorchErrorKind.Shape, nameof(attention_backward), "as many queries as keys are needed", q_BTHD, k_BSGD);
        }

        var repeats = q_BTHD.size(2) / k_BSGD.size(2);
        var p_BHTS = (Scores(q_BTHD, k_BSGD, repeats, scale) - Wide(lse_BHT).unsqueeze(-1)).exp();
        var dout_BHTD = Heads(dout_BTHD, 1);
        var delta_BHT1 = (dout_BHTD * Heads(out_BTHD, 1)).sum([-1], keepdim: true);
        var ds_BHTS = p_BHTS * (dout_BHTD.matmul(Heads(v_BSGD, repeats).transpose(-2, -1)) - delta_BHT1) * scale;
        var dq = ds_BHTS.matmul(Heads(k_BSGD, repeats)).permute(0, 2, 1, 3);
        var dk = Groups(ds_BHTS.transpose(-2, -1).matmul(Heads(q_BTHD, 1)), repeats);
        var dv = Groups(p_BHTS.transpose(-2, -1).matmul(dout_BHTD), repeats);
        dq_BTHD.copy_(dq);
        dk_BSGD.copy_(dk);
        dv_BSGD.copy_(dv);
    }

    private static Tensor Scores(Tensor q_BTHD, Tensor k_BSGD, long repeats, double scale)
    {
        long queries = q_BTHD.size(1), keys = k_BSGD.size(1);
        var scores = Heads(q_BTHD, 1).matmul(Heads(k_BSGD, repeats).transpose(-2, -1)).mul(scale);
        var hidden = torch.ones([queries, keys], ScalarType.Float32, q_BTHD.device).triu(1 + keys - queries).eq(1);
        return scores.masked_fill(hidden, double.NegativeInfinity);
    }

    // [B, S, G, D] to [B, G * repeats, S, D], head h reading group h / repeats.
    private static Tensor Heads(Tensor x_BSGD, long repeats)
    {
        var x = Wide(x_BSGD).permute(0, 2, 1, 3);
        return repeats == 1 ? x : x.repeat_interleave(repeats, 1);
    }

    // The sum over the heads of each group: [B, H, S, D] to [B, S, G, D].
    private static Tensor Groups(Tensor x_BHSD, long repeats) =>
        x_BHSD.reshape(x_BHSD.size(0), x_BHSD.size(1) / repeats, repeats, x_BHSD.size(2), x_BHSD.size(3)).sum([2]).permute(0, 2, 1, 3);

    private static void CheckHeads(string operation, Tensor q, Tensor k, Tensor v)
    {
        if (q.ndim != 4 || k.ndim != 4 || v.ndim != 4 || k.size(2) == 0 || q.size(2) % k.size(2) != 0 || q.size(1) > k.size(1))
        {
            throw Failure(TorchErrorKind.Shape, operation, "four dimensions, heads a multiple of groups, and no more queries than keys are needed", q, k, v);
        }

        SameShape(operation, k, v);
    }
}
