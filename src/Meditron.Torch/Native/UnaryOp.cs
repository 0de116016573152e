namespace Meditron.Torch.Native;

/// <summary>Codes of mt_unary, in the order of native/torch/math.cpp.</summary>
internal enum UnaryOp
{
    neg, abs, exp, log, sqrt, rsqrt, sigmoid, silu, cos, sin, tanh, reciprocal, square, floor, round,
    sign, isfinite, isnan, logical_not, bitwise_not,
}
