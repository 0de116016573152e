using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>Products, sums and other functions over whole dimensions.</content>
public sealed partial class Tensor
{
    /// <summary>The matrix product, batched over leading dimensions, as PyTorch's.</summary>
    public Tensor matmul(Tensor other) => Binary(BinaryOp.matmul, other);

    /// <summary>The product of two matrices.</summary>
    public Tensor mm(Tensor other) => Binary(BinaryOp.mm, other);

    /// <summary>The products of two batches of matrices.</summary>
    public Tensor bmm(Tensor other) => Binary(BinaryOp.bmm, other);

    /// <summary>The product of a matrix and a vector.</summary>
    public Tensor mv(Tensor other) => Binary(BinaryOp.mv, other);

    /// <summary>The inner product of two vectors.</summary>
    public Tensor dot(Tensor other) => Binary(BinaryOp.dot, other);

    /// <summary>The product of a column and a row: every pair.</summary>
    public Tensor outer(Tensor other) => Binary(BinaryOp.outer, other);

    /// <summary>this = beta * this + alpha * a b.</summary>
    public Tensor addmm_(Tensor mat1, Tensor mat2, Scalar? beta = null, Scalar? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(mat1);
        ArgumentNullException.ThrowIfNull(mat2);
        Check(mt_addmm_(Handle, mat1.Handle, mat2.Handle, beta ?? 1, alpha ?? 1));
        return this;
    }

    /// <summary>The product of two matrices into an existing one.</summary>
    public void mm_out(Tensor mat2, Tensor output)
    {
        ArgumentNullException.ThrowIfNull(mat2);
        ArgumentNullException.ThrowIfNull(output);
        Check(mt_mm_out(Handle, mat2.Handle, output.Handle));
    }

    /// <summary>this += value * tensor1 * tensor2.</summary>
    public Tensor addcmul_(Tensor tensor1, Tensor tensor2, Scalar? value = null)
    {
        ArgumentNullException.ThrowIfNull(tensor1);
        ArgumentNullException.ThrowIfNull(tensor2);
        Check(mt_addcmul_(Handle, tensor1.Handle, tensor2.Handle, value ?? 1));
        return this;
    }

    /// <summary>this += value * tensor1 / tensor2.</summary>
    public Tensor addcdiv_(Tensor tensor1, Tensor tensor2, Scalar? value = null)
    {
        ArgumentNullException.ThrowIfNull(tensor1);
        ArgumentNullException.ThrowIfNull(tensor2);
        Check(mt_addcdiv_(Handle, tensor1.Handle, tensor2.Handle, value ?? 1));
        return this;
    }

    /// <summary>this += weight * (end - this).</summary>
    public Tensor lerp_(Tensor end, Scalar weight)
    {
        ArgumentNullException.ThrowIfNull(end);
        Check(mt_lerp_(Handle, end.Handle, weight));
        return this;
    }

    /// <summary>The sum over the dimensions given, or over all.</summary>
    public Tensor sum(ReadOnlySpan<long> dim = default, bool keepdim = false, ScalarType? type = null) => Reduce(ReduceOp.sum, dim, keepdim, type);

    /// <summary>The mean over the dimensions given, or over all.</summary>
    public Tensor mean(ReadOnlySpan<long> dim = default, bool keepdim = false, ScalarType? type = null) => Reduce(ReduceOp.mean, dim, keepdim, type);

    /// <summary>The product of all elements.</summary>
    public Tensor prod(ScalarType? type = null) => Reduce(ReduceOp.prod, [], false, type);

    /// <summary>The greatest over the dimensions given, or over all.</summary>
    public Tensor amax(ReadOnlySpan<long> dim = default, bool keepdim = false) => Reduce(ReduceOp.amax, dim, keepdim);

    /// <summary>The smallest over the dimensions given, or over all.</summary>
    public Tensor amin(ReadOnlySpan<long> dim = default, bool keepdim = false) => Reduce(ReduceOp.amin, dim, keepdim);

    /// <summary>The greatest element.</summary>
    public Tensor max() => amax();

    /// <summary>The smallest element.</summary>
    public Tensor min() => amin();

    /// <summary>The greatest along one dimension, and where each is.</summary>
    public (Tensor values, Tensor indexes) max(long dim, bool keepdim = false)
    {
        Check(mt_max_dim(Handle, dim, keepdim ? 1 : 0, out var values, out var indices));
        return (new Tensor(values), new Tensor(indices));
    }

    /// <summary>Where the greatest element is, in row order.</summary>
    public Tensor argmax() => Reduce(ReduceOp.argmax, []);

    /// <summary>Where the greatest along one dimension is.</summary>
    public Tensor argmax(long dim, bool keepdim = false) => Reduce(ReduceOp.argmax, [dim], keepdim);

    /// <summary>Where the smallest element is, in row order.</summary>
    public Tensor argmin() => Reduce(ReduceOp.argmin, []);

    /// <summary>Where the smallest along one dimension is.</summary>
    public Tensor argmin(long dim, bool keepdim = false) => Reduce(ReduceOp.argmin, [dim], keepdim);

    /// <summary>Whether any element is not zero.</summary>
    public Tensor any() => Reduce(ReduceOp.any, []);

    /// <summary>Whether any element along one dimension is not zero.</summary>
    public Tensor any(long dim, bool keepdim = false) => Reduce(ReduceOp.any, [dim], keepdim);

    /// <summary>Whether no element is zero.</summary>
    public Tensor all() => Reduce(ReduceOp.all, []);

    /// <summary>Whether no element along one dimension is zero.</summary>
    public Tensor all(long dim, bool keepdim = false) => Reduce(ReduceOp.all, [dim], keepdim);

    /// <summary>The logarithm of the sum of the exponentials along one dimension.</summary>
    public Tensor logsumexp(long dim, bool keepdim = false) => Reduce(ReduceOp.logsumexp, [dim], keepdim);

    /// <summary>The running sum along one dimension.</summary>
    public Tensor cumsum(long dim, ScalarType? type = null) => Reduce(ReduceOp.cumsum, [dim], false, type);

    /// <summary>The softmax along one dimension.</summary>
    public Tensor softmax(long dim, ScalarType? type = null) => Reduce(ReduceOp.softmax, [dim], false, type);

    /// <summary>The logarithm of the softmax along one dimension.</summary>
    public Tensor log_softmax(long dim, ScalarType? type = null) => Reduce(ReduceOp.log_softmax, [dim], false, type);

    /// <summary>The vector norm of order <paramref name="p"/> over the dimensions given, or over all.</summary>
    public Tensor norm(double p = 2, ReadOnlySpan<long> dim = default, bool keepdim = false, ScalarType? type = null) =>
        Make(mt_norm(Handle, p, dim, dim.Length, keepdim ? 1 : 0, type is { } t ? (int)t : -1, out var result), result);

    /// <summary>The k greatest (or smallest) along one dimension, and where they are.</summary>
    public (Tensor values, Tensor indexes) topk(long k, long dim = -1, bool largest = true, bool sorted = true)
    {
        Check(mt_topk(Handle, k, dim, largest ? 1 : 0, sorted ? 1 : 0, out var values, out var indices));
        return (new Tensor(values), new Tensor(indices));
    }

    /// <summary>A stable sort along one dimension, and where each element was.</summary>
    public (Tensor values, Tensor indexes) sort(long dim = -1, bool descending = false)
    {
        Check(mt_sort(Handle, dim, descending ? 1 : 0, out var values, out var indices));
        return (new Tensor(values), new Tensor(indices));
    }

    /// <summary>True where every pair differs by at most atol + rtol * |other|.</summary>
    public bool allclose(Tensor other, double rtol = 1e-5, double atol = 1e-8, bool equal_nan = false)
    {
        ArgumentNullException.ThrowIfNull(other);
        Check(mt_allclose(Handle, other.Handle, rtol, atol, equal_nan ? 1 : 0, out var result));
        return result != 0;
    }

    private Tensor Reduce(ReduceOp op, ReadOnlySpan<long> dim, bool keepdim = false, ScalarType? type = null) =>
        Make(mt_reduce((int)op, Handle, dim, dim.Length, keepdim ? 1 : 0, type is { } t ? (int)t : -1, out var result), result);
}
