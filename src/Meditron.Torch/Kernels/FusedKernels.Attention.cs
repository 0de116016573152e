namespace Meditron.Torch.Kernels;

/// <summary>Attention; not linked yet.</summary>
public sealed partial class FusedKernels
{
    /// <inheritdoc/>
    public void attention(Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, double scale, Tensor out_BTHD, Tensor lse_BHT) =>
        throw new NotSupportedException("attention is not linked into the native library yet.");

    /// <inheritdoc/>
    public void attention_backward(
        Tensor dout_BTHD, Tensor q_BTHD, Tensor k_BSGD, Tensor v_BSGD, Tensor out_BTHD, Tensor lse_BHT, double scale, Tensor dq_BTHD, Tensor dk_BSGD, Tensor dv_BSGD) =>
        throw new NotSupportedException("attention_backward is not linked into the native library yet.");
}
