namespace Meditron.Torch.Kernels;

/// <summary>The kernels composed of plain tensor operations: the reference the fused ones are tested against, and what runs on any other device.</summary>
/// <remarks>
/// Allocates temporaries freely. Arithmetic is fp32 for Float32 and BFloat16 activations. Float64 activations are taken too, with everything in
/// Float64 then, so that backward passes can be checked by finite differences.
/// </remarks>
public sealed partial class AtenKernels : IKernels
{
    // Normal numbers are made on the host piece by piece and copied, so that every device gets the same bits.
    private const long NormalChunk = 1 << 22;

    /// <inheritdoc/>
    public void matmul_nt(Tensor a_MK, Tensor b_NK, Tensor out_MN, bool accumulate = false)
    {
        using var scope = torch.NewDisposeScope();
        Product(nameof(matmul_nt), Rows(a_MK), Rows(b_NK).t(), out_MN, accumulate);
    }

    /// <inheritdoc/>
    public void matmul_nn(Tensor a_MK, Tensor b_KN, Tensor out_MN, bool accumulate = false)
    {
        using var scope = torch.NewDisposeScope();
        Product(nameof(matmul_nn), Rows(a_MK), Rows(b_KN), out_MN, accumulate);
    }

    /// <inheritdoc/>
    public void matmul_tn(Tensor a_KM, Tensor b_KN, Tensor out_MN, bool accumulate = false)
    {
        using var scope = torch.NewDisposeScope();
        Product(nameof(matmul_tn), Rows(a_KM).t(), Rows(b_KN), out_MN, accumulate);
    }

    /// <inheritdoc/>
    public void rms_norm(Tensor x_ND, Tensor weight_D, double eps, Tensor y_ND, Tensor rstd_N)
    {
        using var scope = torch.NewDisposeScope();
        SameShape(nameof(rms_norm), x_ND, y_ND);
        var x = Wide(Rows(x_ND));
        var rstd = x.square().mean([-1], keepdim: true).add(eps).rsqrt();
        Rows(y_ND).copy_(x * rstd * Wide(weight_D));
        rstd_N.copy_(rstd.view(rstd_N.shape));
    }

    /// <inheritdoc/>
    public void rms_norm_backward(Tensor dy_ND, Tensor x_ND, Tensor weight_D, Tensor rstd_N, Tensor dx_ND, bool accumulate)
    {
        using var scope = torch.NewDisposeScope();
        SameShape(nameof(rms_norm_backward), x_ND, dy_ND);
        SameShape(nameof(rms_norm_backward), x_ND, dx_ND);
        var rstd = Wide(rstd_N).reshape(-1, 1);
        var normed = Wide(Rows(x_ND)) * rstd;
        var scaled = Wide(Rows(dy_ND)) * Wide(weight_D);
        Put(dx_ND, rstd * (scaled - (normed * (scaled * normed).mean([-1], keepdim: true))), accumulate);
    }

    /// <inheritdoc/>
    public void rms_norm_backward_weight(Tensor dy_ND, Tensor x_ND, Tensor rstd_N, Tensor dweight_D)
    {
        using var scope = torch.NewDisposeScope();
        SameShape(nameof(rms_norm_backward_weight), x_ND, dy_ND);
        dweight_D.add_((Wide(Rows(dy_ND)) * Wide(Rows(x_ND)) * Wide(rstd_N).reshape(-1, 1)).sum([0]));
    }

    /// <inheritdoc/>
    public void rope(Tensor x_BTHD, Tensor cos_TC, Tensor sin_TC, RopeLayout layout, bool inverse, long position = 0)
    {
        using var scope = torch.NewDisposeScope();
        if (x_BTHD.ndim != 4)
        {
            throw Failure(TorchErrorKind.Shape, nameof(rope), "x must have the four dimensions batch, time, head, head width", x_BTHD, cos_TC);
        }

        long length = x_BTHD.size(1), half = x_BTHD.size(3) / 2;
        if (cos_TC.size(1) != half || x_BTHD.size(3) % 2 != 0 || position < 0 || position + length > cos_TC.size(0))
        {
            throw Failure(TorchErrorKind.Shape, nameof(rope), $"cos does not cover positions {position} to {position + length - 1} of half a head", x_BTHD, cos_TC);
        }

        var cos = cos_TC.narrow(0, position, length).unsqueeze(1);
        var sin = sin_TC.narrow(0, position, length).unsqueeze(1);
        var interleaved = layout == RopeLayout.Interleaved;
        var first = interleaved ? x_BTHD.slice(3, 0, 2 * half, 2) : x_BTHD.narrow(3, 0, half);
        var second = interleaved ? x_BTHD.slice(3, 1, 2 * half, 2) : x_BTHD.narrow(3, half, half);
        var (a, b) = (Wide(first), Wide(second));
        var turned = inverse ? sin.neg() : sin;
        var (low, high) = ((a * cos) - (b * turned), (b * cos) + (a * turned));
        first.copy_(low);
        second.copy_(high);
    }

    /// <inheritdoc/>
    public void swiglu(Tensor gate_NF, Tensor up_NF, Tensor out_NF)
    {
        using var scope = torch.NewDisposeScope();
        SameShape(nameof(swiglu), gate_NF, up_NF);
        SameShape(nameof(swiglu), gate_NF, out_NF);
        var gate = Wide(gate_NF);
        out_NF.copy_(gate * gate.sigmoid() * Wide(up_NF));
    }

    /// <inheritdoc/>
    public void swiglu_backward(Tensor dout_NF, Tensor gate_NF, Tensor up_NF, Tensor dgate_NF, Tensor dup_NF)
    {
        using var scope = torch.NewDisposeScope();
        SameShape(nameof(swiglu_backward), gate_NF, dout_NF);
        SameShape(nameof(swiglu_backward), gate_NF, up_NF);
        var (dout, gate, up) = (Wide(dout_NF), Wide(gate_NF), Wide(up_NF));
        var sigmoid = gate.sigmoid();
        var dgate = dout * up * (sigmoid * ((gate * (1 - sigmoid)) + 1));
        var dup = dout * (gate * sigmoid);
        dgate_NF.copy_(dgate);
        dup_NF.copy_(dup);
    }

    /// <inheritdoc/>
    public void embedding(Tensor weight_VD, Tensor tokens_N, Tensor out_ND)
    {
        using var scope = torch.NewDisposeScope();
        var tokens = tokens_N.to(ScalarType.Int64).flatten();
        var elsewhere = tokens.eq(-1);
        Rows(out_ND).copy_(weight_VD.index_select(0, tokens.masked_fill(elsewhere, 0)).masked_fill(elsewhere.unsqueeze(1), 0));
    }

    /// <inheritdoc/>
    public void embedding_backward(Tensor dout_ND, Tensor tokens_N, Tensor dweight_VD)
    {
        using var scope = torch.NewDisposeScope();
        var tokens = tokens_N.to(ScalarType.Int64).flatten();
        var elsewhere = tokens.eq(-1);
        dweight_VD.index_add_(0, tokens.masked_fill(elsewhere, 0), Rows(dout_ND).to(dweight_VD.dtype).masked_fill(elsewhere.unsqueeze(1), 0));
    }

    /// <inheritdoc/>
    public void cross_entropy(Tensor logits_NV, Tensor targets_N, long vocabulary, double grad_scale, bool backward, Tensor loss_N)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Rows(logits_NV);
        if (vocabulary < 1 || vocabulary > rows.size(1) || targets_N.numel() != rows.size(0))
        {
            throw Failure(TorchErrorKind.Shape, nameof(cross_entropy), $"the targets or the vocabulary of {vocabulary} do not fit the logits", logits_NV, targets_N);
        }

        var targets = targets_N.to(ScalarType.Int64).flatten();
        var ignored = targets.eq(-100);
        if (targets.lt(0).logical_or(targets.ge(vocabulary)).logical_and(ignored.logical_not()).any().item<bool>())
        {
            throw Failure(TorchErrorKind.Shape, nameof(cross_entropy), $"a target is out of range; the vocabulary has {vocabulary}", logits_NV, targets_N);
        }

        var logits = rows.narrow(1, 0, vocabulary);
        var x = Wide(logits);
        var index = targets.masked_fill(ignored, 0).unsqueeze(1);
        var lse = x.logsumexp(1, keepdim: true);
        loss_N.copy_((lse - x.gather(1, index)).squeeze(1).masked_fill(ignored, 0).view(loss_N.shape));
        if (backward)
        {
            var gradient = (x - lse).exp();
            gradient.scatter_add_(1, index, torch.full(index.shape, -1, gradient.dtype, gradient.device));
            gradient.mul_(grad_scale).masked_fill_(ignored.unsqueeze(1), 0);
            rows.zero_();
            logits.copy_(gradient);
        }
    }

    /// <inheritdoc/>
    public void cross_entropy_stats(Tensor logits_NV, Tensor targets_N, long vocabulary, Tensor stats_N3)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Rows(logits_NV);
        RequireShardTargets(nameof(cross_entropy_stats), rows, targets_N, vocabulary, logits_NV);
        var targets = targets_N.to(ScalarType.Int64).flatten();
        var stats = stats_N3.view(rows.size(0), 3);
        stats.zero_();
        stats.select(1, 0).fill_(double.NegativeInfinity);
        stats.select(1, 2).fill_(double.NegativeInfinity);
        if (vocabulary > 0)
        {
            var x = Wide(rows.narrow(1, 0, vocabulary));
            var largest = x.amax([1], keepdim: true);
            stats.select(1, 0).copy_(largest.squeeze(1));
            stats.select(1, 1).copy_((x - largest).exp().sum([1]));
            var here = targets.ge(0);
            var logit = x.gather(1, targets.masked_fill(here.logical_not(), 0).unsqueeze(1)).squeeze(1);
            stats.select(1, 2).copy_(logit.masked_fill(here.logical_not(), double.NegativeInfinity));
        }

        stats.masked_fill_(targets.eq(-100).unsqueeze(1), 0);
    }

    /// <inheritdoc/>
    public void cross_entropy_sharded(Tensor logits_NV, Tensor targets_N, long vocabulary, Tensor stats_RN3, double grad_scale, bool backward, Tensor loss_N)
    {
        using var scope = torch.NewDisposeScope();
        var rows = Rows(logits_NV);
        RequireShardTargets(nameof(cross_entropy_sharded), rows, targets_N, vocabulary, logits_NV);
        var targets = targets_N.to(ScalarType.Int64).flatten();
        var ignored = targets.eq(-100);
        var stats = stats_RN3.view(-1, rows.size(0), 3);
        var largest = stats.select(2, 0).amax([0]);
        var sum = (stats.select(2, 1) * (stats.select(2, 0) - largest).exp()).sum([0]);
        var logit = stats.select(2, 2).amax([0]);
        loss_N.copy_((sum.log() - (logit - largest)).masked_fill(ignored, 0).view(loss_N.shape));
        if (backward)
        {
            var logits = rows.narrow(1, 0, vocabulary);
            var gradient = (Wide(logits) - largest.unsqueeze(1)).exp().div_(sum.unsqueeze(1));
            if (vocabulary > 0)
            {
                var here = targets.ge(0);
                gradient.scatter_add_(1, targets.masked_fill(here.logical_not(), 0).unsqueeze(1), here.to(gradient.dtype).mul(-1).unsqueeze(1));
            }

            gradient.mul_(grad_scale).masked_fill_(ignored.unsqueeze(1), 0);
            rows.zero_();
            logits.copy_(gradient);
        }
    }

    /// <inheritdoc/>
    public void adamw(Tensor master, Tensor grad, Tensor exp_avg, Tensor exp_avg_sq, Tensor? compute, AdamWStep step)
    {
        using var scope = torch.NewDisposeScope();
        SameShape(nameof(adamw), master, grad);
        var scaled = grad.mul(step.grad_scale);
        exp_avg.mul_(step.beta1).add_(scaled, 1 - step.beta1);
        exp_avg_sq.mul_(step.beta2).addcmul_(scaled, scaled, 1 - step.beta2);
        var denominator = exp_avg_sq.sqrt().div_(Math.Sqrt(1 - Math.Pow(step.beta2, step.step))).add_(step.eps);
        master.mul_(1 - (step.lr * step.weight_decay)).addcdiv_(exp_avg, denominator, -step.lr / (1 - Math.Pow(step.beta1, step.step)));
        compute?.copy_(master);
    }

    /// <inheritdoc/>
    public void adamw(AdamWState from, Tensor grad, AdamWState to, Tensor? compute, AdamWStep step)
    {
        to.master.copy_(from.master);
        to.exp_avg.copy_(from.exp_avg);
        to.exp_avg_sq.copy_(from.exp_avg_sq);
        adamw(to.master, grad, to.exp_avg, to.exp_avg_sq, compute, step);
    }

    /// <inheritdoc/>
    public long adamw(AdamWState from, Tensor grad, AdamWState to, Tensor? compute, AdamWStep step, ReadOnlySpan<ulong> expected, Span<ulong> written)
    {
        StateBlock.RequireChecksums(from, expected);
        StateBlock.RequireChecksums(to, written);
        var found = new ulong[expected.Length];
        state_checksums(from, found);
        adamw(from, grad, to, compute, step);
        state_checksums(to, written);
        var same = found.AsSpan().CommonPrefixLength(expected);
        return same == found.Length ? -1 : same;
    }

    /// <inheritdoc/>
    public void state_checksums(AdamWState state, Span<ulong> checksums)
    {
        StateBlock.RequireChecksums(state, checksums);
        for (var block = 0; block < checksums.Length; block++)
        {
            checksums[block] = StateBlock.Checksum(state, block);
        }
    }

    /// <inheritdoc/>
    public ulong checksum(Tensor values)
    {
        using var scope = torch.NewDisposeScope();
        return new FusedKernels().checksum(values.device.type == DeviceType.CPU ? values : values.cpu());
    }

    /// <inheritdoc/>
    public double sum_squares(Tensor flat)
    {
        using var scope = torch.NewDisposeScope();
        return flat.to(ScalarType.Float64).square().sum().item<double>();
    }

    /// <inheritdoc/>
    public void add(Tensor destination, Tensor source)
    {
        using var scope = torch.NewDisposeScope();
        SameCount(nameof(add), destination, source);
        destination.copy_(Wide(destination) + Wide(source).view(destination.shape));
    }

    /// <inheritdoc/>
    public void cast(Tensor source, Tensor destination)
    {
        using var scope = torch.NewDisposeScope();
        SameCount(nameof(cast), destination, source);
        destination.copy_(source.view(destination.shape));
    }

    /// <inheritdoc/>
    public void normal(Tensor flat, double mean, double std, ulong seed, ulong stream, long offset)
    {
        using var scope = torch.NewDisposeScope();
        var kernels = new FusedKernels();
        using var piece = torch.empty([Math.Min(NormalChunk, flat.numel())]);
        for (long start = 0; start < flat.numel(); start += NormalChunk)
        {
            using var inner = torch.NewDisposeScope();
            var part = piece.narrow(0, 0, Math.Min(NormalChunk, flat.numel() - start));
            kernels.normal(part, mean, std, seed, stream, offset + start);
            flat.flatten().narrow(0, start, part.numel()).copy_(part);
        }
    }

    private static Tensor Wide(Tensor tensor) => tensor.dtype == ScalarType.Float64 ? tensor : tensor.to(ScalarType.Float32);

    // Leading dimensions as one; a view, or an error, never a copy.
    private static Tensor Rows(Tensor tensor) => tensor.ndim == 2 ? tensor : tensor.view(-1, tensor.size(-1));

    private static void RequireShardTargets(string operation, Tensor rows, Tensor targets_N, long vocabulary, Tensor logits)
    {
        if (vocabulary < 0 || vocabulary > rows.size(1) || targets_N.numel() != rows.size(0))
        {
            throw Failure(TorchErrorKind.Shape, operation, $"the targets or the vocabulary of {vocabulary} do not fit the logits", logits, targets_N);
        }

        var targets = targets_N.to(ScalarType.Int64);
        if (targets.lt(-1).logical_or(targets.ge(vocabulary)).logical_and(targets.eq(-100).logical_not()).any().item<bool>())
        {
            throw Failure(TorchErrorKind.Shape, operation, $"a target is out of range; the shard's vocabulary has {vocabulary}", logits, targets_N);
        }
    }

    private static void Put(Tensor destination, Tensor value, bool accumulate)
    {
        var rows = Rows(destination);
        rows.copy_(accumulate ? Wide(rows) + value : value);
    }

    private static void Product(string operation, Tensor a, Tensor b, Tensor output, bool accumulate)
    {
        var rows = Rows(output);
        if (a.size(1) != b.size(0) || rows.size(0) != a.size(0) || rows.size(1) != b.size(1))
        {
            throw Failure(TorchErrorKind.Shape, operation, "the inner dimensions or the result's sizes do not fit", a, b, output);
        }

        // On a GPU the product itself is taken in the narrow type, which sums in fp32 there; on a CPU it would round between blocks.
        var onHost = a.device.type == DeviceType.CPU;
        Put(output, onHost ? Wide(a).mm(Wide(b)) : Wide(a.mm(b)), accumulate);
    }

    private static void SameShape(string operation, Tensor a, Tensor b)
    {
        if (!a.shape.AsSpan().SequenceEqual(b.shape))
        {
            throw Failure(TorchErrorKind.Shape, operation, "two arguments should have the same shape", a, b);
        }
    }

    private static void SameCount(string operation, Tensor a, Tensor b)
    {
        if (a.numel() != b.numel())
        {
            throw Failure(TorchErrorKind.Shape, operation, "two arguments should have the same number of elements", a, b);
        }
    }

    private static TorchException Failure(TorchErrorKind kind, string operation, string reason, params ReadOnlySpan<Tensor> arguments) =>
        new(kind, $"{operation}: {reason}; called with ({string.Join(", ", arguments.ToArray().Select(argument => argument.ToString()))})");
}
