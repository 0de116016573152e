using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>Other shapes over the same memory.</content>
public sealed partial class Tensor
{
    /// <summary>The same elements in another shape, over the same memory; one size may be -1.</summary>
    /// <exception cref="TorchException">The layout does not allow it (use <see cref="reshape"/>), or the number of elements differs.</exception>
    public Tensor view(params ReadOnlySpan<long> size) => Make(mt_view(Handle, size, size.Length, out var result), result);

    /// <summary>The same bytes read as another element type of the same size.</summary>
    public Tensor view(ScalarType type) => Make(mt_view_dtype(Handle, (int)type, out var result), result);

    /// <summary>The same elements in another shape, copied only where the layout needs it; one size may be -1.</summary>
    public Tensor reshape(params ReadOnlySpan<long> size) => Make(mt_reshape(Handle, size, size.Length, out var result), result);

    /// <summary>Joins the dimensions from <paramref name="start_dim"/> to <paramref name="end_dim"/>.</summary>
    public Tensor flatten(long start_dim = 0, long end_dim = -1) => Make(mt_flatten(Handle, start_dim, end_dim, out var result), result);

    /// <summary>Two dimensions exchanged.</summary>
    public Tensor transpose(long dim0, long dim1) => Make(mt_transpose(Handle, dim0, dim1, out var result), result);

    /// <summary>A matrix with rows and columns exchanged.</summary>
    public Tensor t() => transpose(0, 1);

    /// <summary>The dimensions in another order.</summary>
    public Tensor permute(params ReadOnlySpan<long> dims) => Make(mt_permute(Handle, dims, dims.Length, out var result), result);

    /// <summary>Dimensions of size 1 repeated without copying; -1 keeps a size.</summary>
    public Tensor expand(params ReadOnlySpan<long> size) => Make(mt_expand(Handle, size, size.Length, out var result), result);

    /// <summary>A dimension of size 1 inserted.</summary>
    public Tensor unsqueeze(long dim) => Make(mt_unsqueeze(Handle, dim, out var result), result);

    /// <summary>A dimension of size 1 removed (kept where its size is another).</summary>
    public Tensor squeeze(long dim) => Make(mt_squeeze(Handle, dim, 0, out var result), result);

    /// <summary>All dimensions of size 1 removed.</summary>
    public Tensor squeeze() => Make(mt_squeeze(Handle, 0, 1, out var result), result);

    /// <summary>A range of one dimension.</summary>
    public Tensor narrow(long dim, long start, long length) => Make(mt_narrow(Handle, dim, start, length, out var result), result);

    /// <summary>A range of one dimension with a step; the end is left out, and ends beyond the size are cut.</summary>
    public Tensor slice(long dim, long start, long finish, long step = 1) => Make(mt_slice(Handle, dim, start, finish, step, out var result), result);

    /// <summary>One index of one dimension, which goes away.</summary>
    public Tensor select(long dim, long index) => Make(mt_select(Handle, dim, index, out var result), result);

    /// <summary>Any sizes and strides over the same storage; libtorch checks that they stay inside it.</summary>
    public Tensor as_strided(ReadOnlySpan<long> size, ReadOnlySpan<long> stride, long storage_offset = 0)
    {
        if (size.Length != stride.Length)
        {
            throw new TorchException(TorchErrorKind.Shape, $"as_strided: {size.Length} sizes and {stride.Length} strides were given for {this}");
        }

        return Make(mt_as_strided(Handle, size, stride, size.Length, storage_offset, out var result), result);
    }

    /// <summary>Ranges of <paramref name="split_size"/> along one dimension, the last perhaps shorter.</summary>
    public Tensor[] split(long split_size, int dim = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(split_size, 1);
        var length = size(dim);
        var parts = new Tensor[(length + split_size - 1) / split_size];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = narrow(dim, i * split_size, Math.Min(split_size, length - (i * split_size)));
        }

        return parts;
    }

    /// <summary>At most so many ranges of equal size along one dimension, the last perhaps shorter.</summary>
    public Tensor[] chunk(long chunks, int dim = 0)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(chunks, 1);
        return split(Math.Max(1, (size(dim) + chunks - 1) / chunks), dim);
    }

    /// <summary>Every index of one dimension as a tensor of its own.</summary>
    public Tensor[] unbind(int dim = 0)
    {
        var parts = new Tensor[size(dim)];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = select(dim, i);
        }

        return parts;
    }

    /// <summary>Each element of a dimension repeated next to itself (a copy).</summary>
    public Tensor repeat_interleave(long repeats, long dim) => Make(mt_repeat_interleave(Handle, repeats, dim, out var result), result);

    /// <summary>The whole repeated along each dimension (a copy).</summary>
    public Tensor repeat(params ReadOnlySpan<long> repeats) => Make(mt_repeat(Handle, repeats, repeats.Length, out var result), result);

    /// <summary>A copy with zeros above the diagonal.</summary>
    public Tensor tril(long diagonal = 0) => Make(mt_tril(Handle, diagonal, out var result), result);

    /// <summary>A copy with zeros below the diagonal.</summary>
    public Tensor triu(long diagonal = 0) => Make(mt_triu(Handle, diagonal, out var result), result);
}
