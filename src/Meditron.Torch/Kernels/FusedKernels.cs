using static Meditron.Torch.Kernels.KernelMethods;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch.Kernels;

/// <summary>The fused CPU kernels: oneDNN for the products, native/kernels for the rest, on the instruction set of <see cref="InstructionSet"/>.</summary>
/// <remarks>May be called from several threads at a time. Uses <see cref="torch.get_num_threads"/> OpenMP threads of the calling thread.</remarks>
public sealed class FusedKernels : IKernels
{
    /// <summary>Checks that the instruction set asked for is there.</summary>
    /// <exception cref="TorchException">MEDITRON_ISA names one that is unknown or that this machine lacks.</exception>
    public FusedKernels()
    {
        _ = InstructionSet.Current;
    }

    /// <inheritdoc/>
    public void matmul_nt(Tensor a_MK, Tensor b_NK, Tensor out_MN, bool accumulate = false) =>
        Check(mt_kernels_matmul(0, a_MK.Handle, b_NK.Handle, out_MN.Handle, accumulate ? 1 : 0));

    /// <inheritdoc/>
    public void matmul_nn(Tensor a_MK, Tensor b_KN, Tensor out_MN, bool accumulate = false) =>
        Check(mt_kernels_matmul(1, a_MK.Handle, b_KN.Handle, out_MN.Handle, accumulate ? 1 : 0));

    /// <inheritdoc/>
    public void matmul_tn(Tensor a_KM, Tensor b_KN, Tensor out_MN, bool accumulate = false) =>
        Check(mt_kernels_matmul(2, a_KM.Handle, b_KN.Handle, out_MN.Handle, accumulate ? 1 : 0));

    /// <inheritdoc/>
    public void rms_norm(Tensor x_ND, Tensor weight_D, double eps, Tensor y_ND, Tensor rstd_N) =>
        Check(mt_kernels_rms_norm(x_ND.Handle, weight_D.Handle, eps, y_ND.Handle, rstd_N.Handle));

    /// <inheritdoc/>
    public void rms_norm_backward(Tensor dy_ND, Tensor x_ND, Tensor weight_D, Tensor rstd_N, Tensor dx_ND, bool accumulate) =>
        Check(mt_kernels_rms_norm_backward(dy_ND.Handle, x_ND.Handle, weight_D.Handle, rstd_N.Handle, dx_ND.Handle, accumulate ? 1 : 0));

    /// <inheritdoc/>
    public void rms_norm_backward_weight(Tensor dy_ND, Tensor x_ND, Tensor rstd_N, Tensor dweight_D) =>
        Check(mt_kernels_rms_norm_backward_weight(dy_ND.Handle, x_ND.Handle, rstd_N.Handle, dweight_D.Handle));

    /// <inheritdoc/>
    public void rope(Tensor x_BTHD, Tensor cos_TC, Tensor sin_TC, RopeLayout layout, bool inverse, long position = 0) =>
        Check(mt_kernels_rope(x_BTHD.Handle, cos_TC.Handle, sin_TC.Handle, layout == RopeLayout.Interleaved ? 1 : 0, inverse ? 1 : 0, position));

    /// <inheritdoc/>
    public void attention(Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, double scale, Tensor out_BTHD, Tensor lse_BHT) =>
        Check(mt_kernels_attention(q_BTHD.Handle, k_BSGD.Handle, v_BSGD.Handle, scale, out_BTHD.Handle, lse_BHT.Handle));

    /// <inheritdoc/>
    public void attention_backward(
        Tensor dout_BTHD, Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, Tensor out_BTHD, Tensor lse_BHT, double scale, Tensor dq_BTHD, Tensor dk_BSGD, Tensor dv_BSGD) =>
        Check(mt_kernels_attention_backward(
            dout_BTHD.Handle, q_BTHD.Handle, k_BSGD.Handle, v_BSGD.Handle, out_BTHD.Handle, lse_BHT.Handle, scale, dq_BTHD.Handle, dk_BSGD.Handle, dv_BSGD.Handle));

    /// <inheritdoc/>
    public void swiglu(Tensor gate_NF, Tensor up_NF, Tensor out_NF) => Check(mt_kernels_swiglu(gate_NF.Handle, up_NF.Handle, out_NF.Handle));

    /// <inheritdoc/>
    public void swiglu_backward(Tensor dout_NF, Tensor gate_NF, Tensor up_NF, Tensor dgate_NF, Tensor dup_NF) =>
        Check(mt_kernels_swiglu_backward(dout_NF.Handle, gate_NF.Handle, up_NF.Handle, dgate_NF.Handle, dup_NF.Handle));

    /// <inheritdoc/>
    public void embedding(Tensor weight_VD, Tensor tokens_N, Tensor out_ND) => Check(mt_kernels_embedding(weight_VD.Handle, tokens_N.Handle, out_ND.Handle));

    /// <inheritdoc/>
    public void embedding_backward(Tensor dout_ND, Tensor tokens_N, Tensor dweight_VD) =>
        Check(mt_kernels_embedding_backward(dout_ND.Handle, tokens_N.Handle, dweight_VD.Handle));

    /// <inheritdoc/>
    public void cross_entropy(Tensor logits_NV, Tensor targets_N, long vocabulary, double grad_scale, bool backward, Tensor loss_N) =>
        Check(mt_kernels_cross_entropy(logits_NV.Handle, targets_N.Handle, vocabulary, grad_scale, backward ? 1 : 0, loss_N.Handle));

    /// <inheritdoc/>
    public void cross_entropy_stats(Tensor logits_NV, Tensor targets_N, long vocabulary, Tensor stats_N3) =>
        Check(mt_kernels_cross_entropy_stats(logits_NV.Handle, targets_N.Handle, vocabulary, stats_N3.Handle));

    /// <inheritdoc/>
    public void cross_entropy_sharded(Tensor logits_NV, Tensor targets_N, long vocabulary, Tensor stats_RN3, double grad_scale, bool backward, Tensor loss_N) =>
        Check(mt_kernels_cross_entropy_sharded(logits_NV.Handle, targets_N.Handle, vocabulary, stats_RN3.Handle, grad_scale, backward ? 1 : 0, loss_N.Handle));

    /// <inheritdoc/>
    public void adamw(Tensor master, Tensor grad, Tensor exp_avg, Tensor exp_avg_sq, Tensor? compute, AdamWStep step)
    {
        var state = new AdamWState(master, exp_avg, exp_avg_sq);
        adamw(state, grad, state, compute, step);
    }

    /// <inheritdoc/>
    public unsafe void adamw(AdamWState from, Tensor grad, AdamWState to, Tensor? compute, AdamWStep step) => Update(from, grad, to, compute, step, null, null);

    /// <inheritdoc/>
    public unsafe long adamw(AdamWState from, Tensor grad, AdamWState to, Tensor? compute, AdamWStep step, ReadOnlySpan<ulong> expected, Span<ulong> written)
    {
        StateBlock.RequireChecksums(from, expected);
        StateBlock.RequireChecksums(to, written);
        fixed (ulong* old = expected, made = written)
        {
            return Update(from, grad, to, compute, step, old, made);
        }
    }

    /// <inheritdoc/>
    public unsafe void state_checksums(AdamWState state, Span<ulong> checksums)
    {
        StateBlock.RequireChecksums(state, checksums);
        fixed (ulong* sums = checksums)
        {
            Check(mt_kernels_state_checksums(state.master.Handle, state.exp_avg.Handle, state.exp_avg_sq.Handle, sums));
        }
    }

    /// <inheritdoc/>
    public ulong checksum(Tensor values)
    {
        Check(mt_kernels_checksum(values.Handle, out var checksum));
        return checksum;
    }

    /// <inheritdoc/>
    public double sum_squares(Tensor flat)
    {
        Check(mt_kernels_sum_squares(flat.Handle, out var sum));
        return sum;
    }

    /// <inheritdoc/>
    public void add(Tensor destination, Tensor source) => Check(mt_kernels_add(destination.Handle, source.Handle));

    /// <inheritdoc/>
    public void cast(Tensor source, Tensor destination) => Check(mt_kernels_cast(source.Handle, destination.Handle));

    /// <inheritdoc/>
    public void normal(Tensor flat, double mean, double std, ulong seed, ulong stream, long offset) =>
        Check(mt_kernels_normal(flat.Handle, mean, std, seed, stream, offset));

    private static unsafe long Update(AdamWState from, Tensor grad, AdamWState to, Tensor? compute, AdamWStep step, ulong* expected, ulong* written)
    {
        long damaged;
        Check(mt_kernels_adamw(
            from.master.Handle,
            from.exp_avg.Handle,
            from.exp_avg_sq.Handle,
            grad.Handle,
            to.master.Handle,
            to.exp_avg.Handle,
            to.exp_avg_sq.Handle,
            (compute ?? to.master).Handle,
            compute is null ? 0 : 1,
            &step,
            expected,
            written,
            &damaged));
        return damaged;
    }
}
