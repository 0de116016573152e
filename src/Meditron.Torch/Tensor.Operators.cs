namespace Meditron.Torch;

/// <content>Operators. Each makes a new tensor: use them inside a <see cref="DisposeScope"/>.</content>
public sealed partial class Tensor
{
    /// <summary>Sum.</summary>
    public static Tensor operator +(Tensor left, Tensor right) => left.add(right);

    /// <summary>Sum.</summary>
    public static Tensor operator +(Tensor left, Scalar right) => left.add(right);

    /// <summary>Sum.</summary>
    public static Tensor operator +(Scalar left, Tensor right) => right.add(left);

    /// <summary>Difference.</summary>
    public static Tensor operator -(Tensor left, Tensor right) => left.sub(right);

    /// <summary>Difference.</summary>
    public static Tensor operator -(Tensor left, Scalar right) => left.sub(right);

    /// <summary>Difference.</summary>
    public static Tensor operator -(Scalar left, Tensor right)
    {
        var result = right.neg();
        try
        {
            return result.add_(left);
        }
        catch
        {
            result.Dispose();
            throw;
        }
    }

    /// <summary>Negative.</summary>
    public static Tensor operator -(Tensor value) => value.neg();

    /// <summary>Product, element by element.</summary>
    public static Tensor operator *(Tensor left, Tensor right) => left.mul(right);

    /// <summary>Product.</summary>
    public static Tensor operator *(Tensor left, Scalar right) => left.mul(right);

    /// <summary>Product.</summary>
    public static Tensor operator *(Scalar left, Tensor right) => right.mul(left);

    /// <summary>Quotient, element by element.</summary>
    public static Tensor operator /(Tensor left, Tensor right) => left.div(right);

    /// <summary>Quotient.</summary>
    public static Tensor operator /(Tensor left, Scalar right) => left.div(right);
}
