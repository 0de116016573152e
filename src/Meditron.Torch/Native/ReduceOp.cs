namespace Meditron.Torch.Native;

/// <summary>Codes of mt_reduce, in the order of native/torch/math.cpp.</summary>
internal enum ReduceOp
{
    sum, mean, amax, amin, argmax, argmin, any, all, prod, logsumexp, cumsum, softmax, log_softmax,
}
