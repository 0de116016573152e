using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Llama;

/// <summary>
/// One transformer layer with an explicit backward pass, split into gradient by input and gradient by weight.
/// The gradient of the residual stream flows through one buffer, updated in place.
/// </summary>
internal sealed class LlamaLayer
{
    private readonly IKernels kernels;
    private readonly ParameterStore parameters;
    private readonly RopeTable rope;
    private readonly Recompute recompute;
    private readonly ITensorGroup? group;
    private readonly Tensor? full;
    private readonly Tensor? share;
    private readonly int local;
    private readonly string inputNorm;
    private readonly string middleNorm;
    private readonly string output;
    private readonly string down;
    private readonly double eps;
    private readonly double scale;

    /// <summary>Creates layer <paramref name="index"/> of the model, the <paramref name="local"/>th of its stage.</summary>
    /// <param name="parameters">The stage's weights.</param>
    /// <param name="kernels">The operations.</param>
    /// <param name="rope">The rotary tables.</param>
    /// <param name="options">How the stage runs.</param>
    /// <param name="index">The layer in the model.</param>
    /// <param name="local">The layer in the stage.</param>
    /// <param name="group">The ranks that share the layer's matrices, or null for none.</param>
    /// <param name="full">With a group, a buffer for all tokens, [N, hidden].</param>
    /// <param name="share">With a group, a buffer for this rank's tokens.</param>
    public LlamaLayer(ParameterStore parameters, IKernels kernels, RopeTable rope, StageOptions options, int index, int local, ITensorGroup? group, Tensor? full, Tensor? share)
    {
        this.group = group;
        this.full = full;
        this.share = share;
        this.parameters = parameters;
        this.kernels = kernels;
        this.rope = rope;
        this.local = local;
        recompute = options.Recompute;
        inputNorm = ParameterNames.InputNorm(index);
        middleNorm = ParameterNames.PostAttentionNorm(index);
        output = ParameterNames.Attention(index, 'o');
        down = ParameterNames.Mlp(index, "down");
        eps = parameters.Layout.Config.NormEps;
        scale = 1.0 / Math.Sqrt(parameters.Layout.Config.HeadSize);
    }

    /// <summary>y = layer(x); both [N, hidden].</summary>
    public void Forward(LayerBuffers b, Tensor x, Tensor y)
    {
        ForwardToActivated(b, x);
        AddProjection(b.Activated, down, b.Middle, y);
    }

    /// <summary>
    /// Turns the gradient of the output into the gradient of the input, in place. With <paramref name="gradients"/> the gradient by weight
    /// is computed on the way; without, what it needs is kept for <see cref="BackwardWeight"/>.
    /// </summary>
    public void Backward(LayerBuffers b, Tensor x, Tensor residual, FlatViews gradients, bool deferWeights)
    {
        var weights = parameters.Compute;
        Recompute(b, x);
        if (deferWeights)
        {
            b.OutGradient!.copy_(residual);
        }

        var gradient = Gathered(residual);
        kernels.matmul_nn(gradient, weights[down], b.ActivatedGradient);
        if (!deferWeights)
        {
            kernels.matmul_tn(gradient, b.Activated, gradients[down]);
        }

        kernels.swiglu_backward(b.ActivatedGradient, b.Gate, b.Up, b.GateGradient, b.UpGradient);
        kernels.matmul_nn(b.GateUpGradient, weights.GateUp(local), b.NormedGradient);
        if (!deferWeights)
        {
            kernels.matmul_tn(b.GateUpGradient, b.Normed2, gradients.GateUp(local));
        }

        NormBackward(b.NormedGradient, b.Middle, middleNorm, b.Rstd2, residual, gradients);
        if (deferWeights)
        {
            b.MiddleGradient!.copy_(residual);
        }

        gradient = Gathered(residual);
        kernels.matmul_nn(gradient, weights[output], b.AttentionGradient2);
        if (!deferWeights)
        {
            kernels.matmul_tn(gradient, b.Attention, gradients[output]);
        }

        kernels.attention_backward(
            b.AttentionGradient, b.Q, b.K, b.V, b.Attention4, b.Lse, scale, b.QGradient, b.KGradient, b.VGradient);
        kernels.rope(b.QGradient, rope.Cos, rope.Sin, RopeLayout.HalfRotation, inverse: true);
        kernels.rope(b.KGradient, rope.Cos, rope.Sin, RopeLayout.HalfRotation, inverse: true);
        kernels.matmul_nn(b.QkvGradient, weights.Qkv(local), b.NormedGradient);
        if (!deferWeights)
        {
            kernels.matmul_tn(b.QkvGradient, b.Normed1, gradients.Qkv(local));
        }

        NormBackward(b.NormedGradient, x, inputNorm, b.Rstd1, residual, gradients);
    }

    /// <summary>The gradient by weight that <see cref="Backward"/> deferred; the same bits as without deferring.</summary>
    public void BackwardWeight(LayerBuffers b, Tensor x, FlatViews gradients)
    {
        RecomputeCheap(b, x);
        kernels.matmul_tn(b.OutGradient!, b.Activated, gradients[down]);
        kernels.matmul_tn(b.GateUpGradient, b.Normed2, gradients.GateUp(local));
        kernels.matmul_tn(b.MiddleGradient!, b.Attention, gradients[output]);
        kernels.matmul_tn(b.QkvGradient, b.Normed1, gradients.Qkv(local));
    }

    private void ForwardToActivated(LayerBuffers b, Tensor x)
    {
        var weights = parameters.Compute;
        Norm(x, inputNorm, b.Normed1, b.Rstd1);
        kernels.matmul_nt(b.Normed1, weights.Qkv(local), b.Qkv);
        kernels.rope(b.Q, rope.Cos, rope.Sin, RopeLayout.HalfRotation, inverse: false);
        kernels.rope(b.K, rope.Cos, rope.Sin, RopeLayout.HalfRotation, inverse: false);
        kernels.attention(b.Q, b.K, b.V, scale, b.Attention4, b.Lse);
        AddProjection(b.Attention, output, x, b.Middle);
        Norm(b.Middle, middleNorm, b.Normed2, b.Rstd2);
        kernels.matmul_nt(b.Normed2, weights.GateUp(local), b.GateUp);
        kernels.swiglu(b.Gate, b.Up, b.Activated);
    }

    private void Recompute(LayerBuffers b, Tensor x)
    {
        if (recompute == Llama.Recompute.Full)
        {
            ForwardToActivated(b, x);
        }
        else
        {
            RecomputeCheap(b, x);
        }
    }

    private void RecomputeCheap(LayerBuffers b, Tensor x)
    {
        if (recompute == Llama.Recompute.Selective)
        {
            Norm(x, inputNorm, b.Normed1, b.Rstd1);
            Norm(b.Middle, middleNorm, b.Normed2, b.Rstd2);
            kernels.swiglu(b.Gate, b.Up, b.Activated);
        }
    }

    /// <summary>normed = norm(x), for all tokens.</summary>
    private void Norm(Tensor x, string norm, Tensor normed, Tensor rstd)
    {
        kernels.rms_norm(x, parameters.Compute[norm], eps, group is null ? normed : share!, rstd);
        group?.AllGather(normed, share!);
    }

    /// <summary>y = x + input Wᵀ, where the ranks of a group each have some of the input's columns.</summary>
    private void AddProjection(Tensor input, string weight, Tensor x, Tensor y)
    {
        if (group is null)
        {
            y.copy_(x);
            kernels.matmul_nt(input, parameters.Compute[weight], y, accumulate: true);
            return;
        }

        kernels.matmul_nt(input, parameters.Compute[weight], full!);
        group.ReduceScatter(share!, full!);
        y.copy_(x);
        kernels.add(y, share!);
    }

    /// <summary>The residual stream's tensor for all tokens.</summary>
    private Tensor Gathered(Tensor residual)
    {
        if (group is null)
        {
            return residual;
        }

        group.AllGather(full!, residual);
        return full!;
    }

    private void NormBackward(Tensor dy, Tensor x, string norm, Tensor rstd, Tensor residual, FlatViews gradients)
    {
        if (group is not null)
        {
            group.ReduceScatter(share!, dy);
            dy = share!;
        }

        var gradient = gradients[norm];
        gradient.zero_();
        kernels.rms_norm_backward_weight(dy, x, rstd, gradient);
        kernels.rms_norm_backward(dy, x, parameters.Compute[norm], rstd, residual, accumulate: true);
    }
}
