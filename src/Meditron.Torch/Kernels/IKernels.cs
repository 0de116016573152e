namespace Meditron.Torch.Kernels;

/// <summary>The operations of a Llama step with explicit backward passes, on buffers the caller planned: nothing is allocated by a steady call.</summary>
/// <remarks>
/// Suffixes name the dimensions (N rows or tokens, D width, B batch, T time, S keys, H heads, G key-value heads, C half a head, F feed-forward, V vocabulary).
/// Activations and weights of one call share a type, Float32 or BFloat16; arithmetic is fp32 inside. Where a remark says "rows may be strided", only the last
/// dimension must be contiguous. Leading dimensions of a row-wise argument may be several, as long as they flatten to one.
/// Wrong types, shapes, strides or devices throw <see cref="TorchException"/> with the operation's name and the arguments' shapes.
/// The results of <see cref="FusedKernels"/> depend neither on thread timing nor on the number of threads: the same bits on one instruction set, always.
/// </remarks>
public interface IKernels
{
    /// <summary>out = a bᵀ (+ out). Linear forward. Rows of all three may be strided; out has the type of a, or Float32.</summary>
    void matmul_nt(Tensor a_MK, Tensor b_NK, Tensor out_MN, bool accumulate = false);

    /// <summary>out = a b (+ out). The gradient by a linear's input. Rows of all three may be strided; out has the type of a, or Float32.</summary>
    void matmul_nn(Tensor a_MK, Tensor b_KN, Tensor out_MN, bool accumulate = false);

    /// <summary>out = aᵀ b (+ out), out in Float32. The gradient by a linear's weight. Rows of all three may be strided.</summary>
    void matmul_tn(Tensor a_KM, Tensor b_KN, Tensor out_MN, bool accumulate = false);

    /// <summary>y = x / rms(x) * weight, normalised in fp32 (RMSNorm, Zhang and Sennrich 2019); rstd receives 1 / rms in Float32. Rows may be strided.</summary>
    void rms_norm(Tensor x_ND, Tensor weight_D, double eps, Tensor y_ND, Tensor rstd_N);

    /// <summary>dx = (or +=) the gradient of <see cref="rms_norm"/> by its input. Rows may be strided.</summary>
    void rms_norm_backward(Tensor dy_ND, Tensor x_ND, Tensor weight_D, Tensor rstd_N, Tensor dx_ND, bool accumulate);

    /// <summary>dweight += the gradient of <see cref="rms_norm"/> by its weight, in Float32 and in a fixed order over the rows. Rows may be strided.</summary>
    void rms_norm_backward_weight(Tensor dy_ND, Tensor x_ND, Tensor rstd_N, Tensor dweight_D);

    /// <summary>Rotates the heads of x in place by the angles of their positions (RoPE, Su et al. 2021); the inverse is its backward pass.</summary>
    /// <param name="x_BTHD">Heads contiguous, any stride between tokens and batches.</param>
    /// <param name="cos_TC">Cosines by position, Float32, C = D / 2.</param>
    /// <param name="sin_TC">Sines by position, Float32.</param>
    /// <param name="layout">Which elements of a head form a pair.</param>
    /// <param name="inverse">Rotate backwards.</param>
    /// <param name="position">The row of cosines of token 0.</param>
    void rope(Tensor x_BTHD, Tensor cos_TC, Tensor sin_TC, RopeLayout layout, bool inverse, long position = 0);

    /// <summary>Causal attention with grouped key-value heads: head h uses group h / (H / G), query t sees keys s with s &lt;= t + S - T.</summary>
    /// <remarks>Heads contiguous, any stride between tokens and batches. lse receives the natural logarithm of the softmax's sum, Float32.</remarks>
    void attention(Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, double scale, Tensor out_BTHD, Tensor lse_BHT);

    /// <summary>Overwrites dq, dk and dv with the gradients of <see cref="attention"/>; needs T = S.</summary>
    void attention_backward(
        Tensor dout_BTHD, Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, Tensor out_BTHD, Tensor lse_BHT, double scale, Tensor dq_BTHD, Tensor dk_BSGD, Tensor dv_BSGD);

    /// <summary>out = silu(gate) * up (SwiGLU, Shazeer 2020). Rows may be strided; out may be gate or up.</summary>
    void swiglu(Tensor gate_NF, Tensor up_NF, Tensor out_NF);

    /// <summary>Overwrites dgate and dup with the gradients of <see cref="swiglu"/>; they may be the memory of gate and up. Rows may be strided.</summary>
    void swiglu_backward(Tensor dout_NF, Tensor gate_NF, Tensor up_NF, Tensor dgate_NF, Tensor dup_NF);

    /// <summary>out[n] = weight[tokens[n]], tokens in Int32; -1, a token of another shard of the table, gives zeros; any other outside the table throws.</summary>
    void embedding(Tensor weight_VD, Tensor tokens_N, Tensor out_ND);

    /// <summary>dweight[tokens[n]] += dout[n], dweight in Float32, added in the order of n whatever the threads; -1, a token of another shard, adds nothing.</summary>
    void embedding_backward(Tensor dout_ND, Tensor tokens_N, Tensor dweight_VD);

    /// <summary>loss[n] = -log softmax(logits[n])[targets[n]], and with backward the logits become its gradient times grad_scale, in place.</summary>
    /// <param name="logits_NV">Rows may be strided.</param>
    /// <param name="targets_N">Int32; -100 is ignored: loss and gradient 0.</param>
    /// <param name="vocabulary">Columns from here on are padding: treated as minus infinity, gradient 0.</param>
    /// <param name="grad_scale">Factor of the gradient, such as one over the number of tokens.</param>
    /// <param name="backward">Whether to write the gradient; without it the logits stay as they are.</param>
    /// <param name="loss_N">Float32, one a token.</param>
    void cross_entropy(Tensor logits_NV, Tensor targets_N, long vocabulary, double grad_scale, bool backward, Tensor loss_N);

    /// <summary>What one shard of a vocabulary knows of each row's cross-entropy: its largest logit, the sum of exponentials below that, and the target's logit.</summary>
    /// <param name="logits_NV">This shard's columns; rows may be strided.</param>
    /// <param name="targets_N">Int32, counted from this shard's first column; -1 where the target is in another shard, -100 where it is ignored.</param>
    /// <param name="vocabulary">Columns from here on are padding; may be none.</param>
    /// <param name="stats_N3">Float32.</param>
    void cross_entropy_stats(Tensor logits_NV, Tensor targets_N, long vocabulary, Tensor stats_N3);

    /// <summary><see cref="cross_entropy"/> over a vocabulary that R shards hold by columns, from the <see cref="cross_entropy_stats"/> of all of them, added in their order.</summary>
    /// <param name="logits_NV">This shard's columns; with backward they become their gradient times grad_scale, in place.</param>
    /// <param name="targets_N">As for the stats.</param>
    /// <param name="vocabulary">As for the stats.</param>
    /// <param name="stats_RN3">Float32, the stats of all shards.</param>
    /// <param name="grad_scale">Factor of the gradient.</param>
    /// <param name="backward">Whether to write the gradient.</param>
    /// <param name="loss_N">Float32, the same on every shard.</param>
    void cross_entropy_sharded(Tensor logits_NV, Tensor targets_N, long vocabulary, Tensor stats_RN3, double grad_scale, bool backward, Tensor loss_N);

    /// <summary>One step of AdamW (Loshchilov and Hutter 2019, algorithm 2, as PyTorch does it) on flat Float32 buffers; compute, if given, receives the weights in its type, Float32 or BFloat16.</summary>
    void adamw(Tensor master, Tensor grad, Tensor exp_avg, Tensor exp_avg_sq, Tensor? compute, AdamWStep step);

    /// <summary>The same step with the same bits, from one state to another, which leaves the old one as it is.</summary>
    void adamw(AdamWState from, Tensor grad, AdamWState to, Tensor? compute, AdamWStep step);

    /// <summary>The same step on a CPU, which compares the checksums of what it reads and writes those of what it writes, as <see cref="state_checksums"/> has them.</summary>
    /// <returns>The first block of the old state that differs from its checksum, or -1; what was written is of no use then, and a step that is taken again replaces it.</returns>
    long adamw(AdamWState from, Tensor grad, AdamWState to, Tensor? compute, AdamWStep step, ReadOnlySpan<ulong> expected, Span<ulong> written);

    /// <summary>The checksums of a state on a CPU, one for each <see cref="StateBlock.Length"/> elements.</summary>
    void state_checksums(AdamWState state, Span<ulong> checksums);

    /// <summary>A checksum of a contiguous tensor's bytes, the same for the same bytes on every device and instruction set.</summary>
    ulong checksum(Tensor values);

    /// <summary>The sum of squares of a flat Float32 tensor in double: fixed blocks, then a pairwise tree. Not finite if any element is not.</summary>
    double sum_squares(Tensor flat);

    /// <summary>destination += source, contiguous and of one type, or a Float32 destination and a BFloat16 source.</summary>
    void add(Tensor destination, Tensor source);

    /// <summary>Copies between Float32 and BFloat16, contiguous, rounding to nearest even.</summary>
    void cast(Tensor source, Tensor destination);

    /// <summary>Fills a flat Float32 tensor with normal numbers by counter (Philox 4x32-10): element i depends on (seed, stream, offset + i) alone, the same bits for any split.</summary>
    void normal(Tensor flat, double mean, double std, ulong seed, ulong stream, long offset);
}
