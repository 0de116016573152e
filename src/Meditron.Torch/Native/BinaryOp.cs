namespace Meditron.Torch.Native;

/// <summary>Codes of mt_binary, in the order of native/torch/math.cpp.</summary>
internal enum BinaryOp
{
    add, sub, mul, div, pow, bitwise_and, bitwise_or, bitwise_xor, bitwise_left_shift, bitwise_right_shift, remainder, floor_divide,
    eq, ne, lt, le, gt, ge,
    minimum, maximum, logical_and, logical_or, matmul, mm, bmm, outer, mv, dot,
}
