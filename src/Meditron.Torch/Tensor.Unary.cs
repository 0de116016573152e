using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>Functions of each element; a trailing underscore means in place.</content>
public sealed partial class Tensor
{
    /// <summary>The negative.</summary>
    public Tensor neg() => Unary(UnaryOp.neg);

    /// <summary>The negative, in place.</summary>
    public Tensor neg_() => UnaryInPlace(UnaryOp.neg);

    /// <summary>The absolute value.</summary>
    public Tensor abs() => Unary(UnaryOp.abs);

    /// <summary>The absolute value, in place.</summary>
    public Tensor abs_() => UnaryInPlace(UnaryOp.abs);

    /// <summary>e to each element.</summary>
    public Tensor exp() => Unary(UnaryOp.exp);

    /// <summary>e to each element, in place.</summary>
    public Tensor exp_() => UnaryInPlace(UnaryOp.exp);

    /// <summary>The natural logarithm.</summary>
    public Tensor log() => Unary(UnaryOp.log);

    /// <summary>The natural logarithm, in place.</summary>
    public Tensor log_() => UnaryInPlace(UnaryOp.log);

    /// <summary>The square root.</summary>
    public Tensor sqrt() => Unary(UnaryOp.sqrt);

    /// <summary>The square root, in place.</summary>
    public Tensor sqrt_() => UnaryInPlace(UnaryOp.sqrt);

    /// <summary>One over the square root.</summary>
    public Tensor rsqrt() => Unary(UnaryOp.rsqrt);

    /// <summary>One over the square root, in place.</summary>
    public Tensor rsqrt_() => UnaryInPlace(UnaryOp.rsqrt);

    /// <summary>1 / (1 + exp(-x)).</summary>
    public Tensor sigmoid() => Unary(UnaryOp.sigmoid);

    /// <summary>1 / (1 + exp(-x)), in place.</summary>
    public Tensor sigmoid_() => UnaryInPlace(UnaryOp.sigmoid);

    /// <summary>x times its sigmoid.</summary>
    public Tensor silu() => Unary(UnaryOp.silu);

    /// <summary>x times its sigmoid, in place.</summary>
    public Tensor silu_() => UnaryInPlace(UnaryOp.silu);

    /// <summary>The cosine.</summary>
    public Tensor cos() => Unary(UnaryOp.cos);

    /// <summary>The cosine, in place.</summary>
    public Tensor cos_() => UnaryInPlace(UnaryOp.cos);

    /// <summary>The sine.</summary>
    public Tensor sin() => Unary(UnaryOp.sin);

    /// <summary>The sine, in place.</summary>
    public Tensor sin_() => UnaryInPlace(UnaryOp.sin);

    /// <summary>The hyperbolic tangent.</summary>
    public Tensor tanh() => Unary(UnaryOp.tanh);

    /// <summary>The hyperbolic tangent, in place.</summary>
    public Tensor tanh_() => UnaryInPlace(UnaryOp.tanh);

    /// <summary>One over each element.</summary>
    public Tensor reciprocal() => Unary(UnaryOp.reciprocal);

    /// <summary>One over each element, in place.</summary>
    public Tensor reciprocal_() => UnaryInPlace(UnaryOp.reciprocal);

    /// <summary>Each element times itself.</summary>
    public Tensor square() => Unary(UnaryOp.square);

    /// <summary>Each element times itself, in place.</summary>
    public Tensor square_() => UnaryInPlace(UnaryOp.square);

    /// <summary>Rounded down.</summary>
    public Tensor floor() => Unary(UnaryOp.floor);

    /// <summary>Rounded down, in place.</summary>
    public Tensor floor_() => UnaryInPlace(UnaryOp.floor);

    /// <summary>Rounded to nearest, ties to even.</summary>
    public Tensor round() => Unary(UnaryOp.round);

    /// <summary>Rounded to nearest, ties to even, in place.</summary>
    public Tensor round_() => UnaryInPlace(UnaryOp.round);

    /// <summary>-1, 0 or 1.</summary>
    public Tensor sign() => Unary(UnaryOp.sign);

    /// <summary>True where neither infinite nor NaN.</summary>
    public Tensor isfinite() => Unary(UnaryOp.isfinite);

    /// <summary>True where NaN.</summary>
    public Tensor isnan() => Unary(UnaryOp.isnan);

    /// <summary>True where zero.</summary>
    public Tensor logical_not() => Unary(UnaryOp.logical_not);

    /// <summary>Every bit flipped.</summary>
    public Tensor bitwise_not() => Unary(UnaryOp.bitwise_not);

    /// <summary>Cut to a range; a missing bound does not cut.</summary>
    public Tensor clamp(Scalar? min = null, Scalar? max = null) =>
        Make(mt_clamp(Handle, min ?? 0, min is null ? 0 : 1, max ?? 0, max is null ? 0 : 1, 0, out var result), result);

    /// <summary>Cut to a range in place; a missing bound does not cut.</summary>
    public Tensor clamp_(Scalar? min = null, Scalar? max = null)
    {
        Check(mt_clamp(Handle, min ?? 0, min is null ? 0 : 1, max ?? 0, max is null ? 0 : 1, 1, out _));
        return this;
    }

    private Tensor Unary(UnaryOp op) => Make(mt_unary((int)op, Handle, out var result), result);

    private Tensor UnaryInPlace(UnaryOp op)
    {
        Check(mt_unary_((int)op, Handle));
        return this;
    }
}
