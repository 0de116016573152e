using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>Functions of two tensors, or of a tensor and a number, with broadcasting; a trailing underscore means in place.</content>
public sealed partial class Tensor
{
    /// <summary>Plus <paramref name="alpha"/> times the other.</summary>
    public Tensor add(Tensor other, Scalar? alpha = null) => Binary(BinaryOp.add, other, alpha ?? 1);

    /// <summary>Plus <paramref name="alpha"/> times the other, in place.</summary>
    public Tensor add_(Tensor other, Scalar? alpha = null) => BinaryInPlace(BinaryOp.add, other, alpha ?? 1);

    /// <summary>Plus a number.</summary>
    public Tensor add(Scalar other) => Binary(BinaryOp.add, other);

    /// <summary>Plus a number, in place.</summary>
    public Tensor add_(Scalar other) => BinaryInPlace(BinaryOp.add, other);

    /// <summary>Minus <paramref name="alpha"/> times the other.</summary>
    public Tensor sub(Tensor other, Scalar? alpha = null) => Binary(BinaryOp.sub, other, alpha ?? 1);

    /// <summary>Minus <paramref name="alpha"/> times the other, in place.</summary>
    public Tensor sub_(Tensor other, Scalar? alpha = null) => BinaryInPlace(BinaryOp.sub, other, alpha ?? 1);

    /// <summary>Minus a number.</summary>
    public Tensor sub(Scalar other) => Binary(BinaryOp.sub, other);

    /// <summary>Minus a number, in place.</summary>
    public Tensor sub_(Scalar other) => BinaryInPlace(BinaryOp.sub, other);

    /// <summary>Times the other.</summary>
    public Tensor mul(Tensor other) => Binary(BinaryOp.mul, other);

    /// <summary>Times the other, in place.</summary>
    public Tensor mul_(Tensor other) => BinaryInPlace(BinaryOp.mul, other);

    /// <summary>Times the other.</summary>
    public Tensor mul(Scalar other) => Binary(BinaryOp.mul, other);

    /// <summary>Times the other, in place.</summary>
    public Tensor mul_(Scalar other) => BinaryInPlace(BinaryOp.mul, other);

    /// <summary>Divided by the other.</summary>
    public Tensor div(Tensor other) => Binary(BinaryOp.div, other);

    /// <summary>Divided by the other, in place.</summary>
    public Tensor div_(Tensor other) => BinaryInPlace(BinaryOp.div, other);

    /// <summary>Divided by the other.</summary>
    public Tensor div(Scalar other) => Binary(BinaryOp.div, other);

    /// <summary>Divided by the other, in place.</summary>
    public Tensor div_(Scalar other) => BinaryInPlace(BinaryOp.div, other);

    /// <summary>To the power of the other.</summary>
    public Tensor pow(Tensor other) => Binary(BinaryOp.pow, other);

    /// <summary>To the power of the other, in place.</summary>
    public Tensor pow_(Tensor other) => BinaryInPlace(BinaryOp.pow, other);

    /// <summary>To the power of the other.</summary>
    public Tensor pow(Scalar other) => Binary(BinaryOp.pow, other);

    /// <summary>To the power of the other, in place.</summary>
    public Tensor pow_(Scalar other) => BinaryInPlace(BinaryOp.pow, other);

    /// <summary>The bits set in both.</summary>
    public Tensor bitwise_and(Tensor other) => Binary(BinaryOp.bitwise_and, other);

    /// <summary>The bits set in both, in place.</summary>
    public Tensor bitwise_and_(Tensor other) => BinaryInPlace(BinaryOp.bitwise_and, other);

    /// <summary>The bits set in both.</summary>
    public Tensor bitwise_and(Scalar other) => Binary(BinaryOp.bitwise_and, other);

    /// <summary>The bits set in both, in place.</summary>
    public Tensor bitwise_and_(Scalar other) => BinaryInPlace(BinaryOp.bitwise_and, other);

    /// <summary>The bits set in either.</summary>
    public Tensor bitwise_or(Tensor other) => Binary(BinaryOp.bitwise_or, other);

    /// <summary>The bits set in either, in place.</summary>
    public Tensor bitwise_or_(Tensor other) => BinaryInPlace(BinaryOp.bitwise_or, other);

    /// <summary>The bits set in either.</summary>
    public Tensor bitwise_or(Scalar other) => Binary(BinaryOp.bitwise_or, other);

    /// <summary>The bits set in either, in place.</summary>
    public Tensor bitwise_or_(Scalar other) => BinaryInPlace(BinaryOp.bitwise_or, other);

    /// <summary>The bits set in one of them.</summary>
    public Tensor bitwise_xor(Tensor other) => Binary(BinaryOp.bitwise_xor, other);

    /// <summary>The bits set in one of them, in place.</summary>
    public Tensor bitwise_xor_(Tensor other) => BinaryInPlace(BinaryOp.bitwise_xor, other);

    /// <summary>The bits set in one of them.</summary>
    public Tensor bitwise_xor(Scalar other) => Binary(BinaryOp.bitwise_xor, other);

    /// <summary>The bits set in one of them, in place.</summary>
    public Tensor bitwise_xor_(Scalar other) => BinaryInPlace(BinaryOp.bitwise_xor, other);

    /// <summary>Shifted left.</summary>
    public Tensor bitwise_left_shift(Tensor other) => Binary(BinaryOp.bitwise_left_shift, other);

    /// <summary>Shifted left, in place.</summary>
    public Tensor bitwise_left_shift_(Tensor other) => BinaryInPlace(BinaryOp.bitwise_left_shift, other);

    /// <summary>Shifted left.</summary>
    public Tensor bitwise_left_shift(Scalar other) => Binary(BinaryOp.bitwise_left_shift, other);

    /// <summary>Shifted left, in place.</summary>
    public Tensor bitwise_left_shift_(Scalar other) => BinaryInPlace(BinaryOp.bitwise_left_shift, other);

    /// <summary>Shifted right, with the sign.</summary>
    public Tensor bitwise_right_shift(Tensor other) => Binary(BinaryOp.bitwise_right_shift, other);

    /// <summary>Shifted right, with the sign, in place.</summary>
    public Tensor bitwise_right_shift_(Tensor other) => BinaryInPlace(BinaryOp.bitwise_right_shift, other);

    /// <summary>Shifted right, with the sign.</summary>
    public Tensor bitwise_right_shift(Scalar other) => Binary(BinaryOp.bitwise_right_shift, other);

    /// <summary>Shifted right, with the sign, in place.</summary>
    public Tensor bitwise_right_shift_(Scalar other) => BinaryInPlace(BinaryOp.bitwise_right_shift, other);

    /// <summary>The remainder of a division, with the sign of the divisor.</summary>
    public Tensor remainder(Tensor other) => Binary(BinaryOp.remainder, other);

    /// <summary>The remainder of a division, with the sign of the divisor, in place.</summary>
    public Tensor remainder_(Tensor other) => BinaryInPlace(BinaryOp.remainder, other);

    /// <summary>The remainder of a division, with the sign of the divisor.</summary>
    public Tensor remainder(Scalar other) => Binary(BinaryOp.remainder, other);

    /// <summary>The remainder of a division, with the sign of the divisor, in place.</summary>
    public Tensor remainder_(Scalar other) => BinaryInPlace(BinaryOp.remainder, other);

    /// <summary>Divided and rounded down.</summary>
    public Tensor floor_divide(Tensor other) => Binary(BinaryOp.floor_divide, other);

    /// <summary>Divided and rounded down, in place.</summary>
    public Tensor floor_divide_(Tensor other) => BinaryInPlace(BinaryOp.floor_divide, other);

    /// <summary>Divided and rounded down.</summary>
    public Tensor floor_divide(Scalar other) => Binary(BinaryOp.floor_divide, other);

    /// <summary>Divided and rounded down, in place.</summary>
    public Tensor floor_divide_(Scalar other) => BinaryInPlace(BinaryOp.floor_divide, other);

    /// <summary>True where equal.</summary>
    public Tensor eq(Tensor other) => Binary(BinaryOp.eq, other);

    /// <summary>True where equal.</summary>
    public Tensor eq(Scalar other) => Binary(BinaryOp.eq, other);

    /// <summary>True where different.</summary>
    public Tensor ne(Tensor other) => Binary(BinaryOp.ne, other);

    /// <summary>True where different.</summary>
    public Tensor ne(Scalar other) => Binary(BinaryOp.ne, other);

    /// <summary>True where smaller.</summary>
    public Tensor lt(Tensor other) => Binary(BinaryOp.lt, other);

    /// <summary>True where smaller.</summary>
    public Tensor lt(Scalar other) => Binary(BinaryOp.lt, other);

    /// <summary>True where smaller or equal.</summary>
    public Tensor le(Tensor other) => Binary(BinaryOp.le, other);

    /// <summary>True where smaller or equal.</summary>
    public Tensor le(Scalar other) => Binary(BinaryOp.le, other);

    /// <summary>True where greater.</summary>
    public Tensor gt(Tensor other) => Binary(BinaryOp.gt, other);

    /// <summary>True where greater.</summary>
    public Tensor gt(Scalar other) => Binary(BinaryOp.gt, other);

    /// <summary>True where greater or equal.</summary>
    public Tensor ge(Tensor other) => Binary(BinaryOp.ge, other);

    /// <summary>True where greater or equal.</summary>
    public Tensor ge(Scalar other) => Binary(BinaryOp.ge, other);

    /// <summary>The smaller of each pair.</summary>
    public Tensor minimum(Tensor other) => Binary(BinaryOp.minimum, other);

    /// <summary>The greater of each pair.</summary>
    public Tensor maximum(Tensor other) => Binary(BinaryOp.maximum, other);

    /// <summary>True where both are not zero.</summary>
    public Tensor logical_and(Tensor other) => Binary(BinaryOp.logical_and, other);

    /// <summary>True where either is not zero.</summary>
    public Tensor logical_or(Tensor other) => Binary(BinaryOp.logical_or, other);

    private Tensor Binary(BinaryOp op, Tensor other) => Binary(op, other, 1);

    private Tensor Binary(BinaryOp op, Tensor other, Scalar alpha)
    {
        ArgumentNullException.ThrowIfNull(other);
        return Make(mt_binary((int)op, Handle, other.Handle, alpha, out var result), result);
    }

    private Tensor Binary(BinaryOp op, Scalar other) => Make(mt_binary_scalar((int)op, Handle, other, out var result), result);

    private Tensor BinaryInPlace(BinaryOp op, Tensor other) => BinaryInPlace(op, other, 1);

    private Tensor BinaryInPlace(BinaryOp op, Tensor other, Scalar alpha)
    {
        ArgumentNullException.ThrowIfNull(other);
        Check(mt_binary_((int)op, Handle, other.Handle, alpha));
        return this;
    }

    private Tensor BinaryInPlace(BinaryOp op, Scalar other)
    {
        Check(mt_binary_scalar_((int)op, Handle, other));
        return this;
    }
}
