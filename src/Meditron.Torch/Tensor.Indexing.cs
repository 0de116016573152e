using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>Elements chosen by index or by mask, and drawn at random.</content>
public sealed partial class Tensor
{
    /// <summary>The indices given of one dimension, in that order (a copy). The index is int32 or int64.</summary>
    public Tensor index_select(long dim, Tensor index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return Make(mt_index_select(Handle, dim, index.Handle, out var result), result);
    }

    /// <summary>For each element of the index (int64), the element there along one dimension.</summary>
    public Tensor gather(long dim, Tensor index)
    {
        ArgumentNullException.ThrowIfNull(index);
        return Make(mt_gather(Handle, dim, index.Handle, out var result), result);
    }

    /// <summary>A copy in which the source's elements are put where the index (int64) says along one dimension.</summary>
    public Tensor scatter(long dim, Tensor index, Tensor src)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(src);
        return Make(mt_scatter(Handle, dim, index.Handle, src.Handle, out var result), result);
    }

    /// <summary>Puts the source's elements where the index (int64) says along one dimension.</summary>
    public Tensor scatter_(long dim, Tensor index, Tensor src)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(src);
        Check(mt_scatter_(Handle, dim, index.Handle, src.Handle));
        return this;
    }

    /// <summary>Puts one value where the index (int64) says along one dimension.</summary>
    public Tensor scatter_(long dim, Tensor index, Scalar value)
    {
        ArgumentNullException.ThrowIfNull(index);
        Check(mt_scatter_value_(Handle, dim, index.Handle, value));
        return this;
    }

    /// <summary>Adds the source's elements where the index (int64) says along one dimension.</summary>
    public Tensor scatter_add_(long dim, Tensor index, Tensor src)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(src);
        Check(mt_scatter_add_(Handle, dim, index.Handle, src.Handle));
        return this;
    }

    /// <summary>Adds slices of the source to the indices given of one dimension.</summary>
    public Tensor index_add_(long dim, Tensor index, Tensor source, Scalar? alpha = null)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(source);
        Check(mt_index_add_(Handle, dim, index.Handle, source.Handle, alpha ?? 1));
        return this;
    }

    /// <summary>Overwrites the indices given of one dimension with slices of the source.</summary>
    public Tensor index_copy_(long dim, Tensor index, Tensor source)
    {
        ArgumentNullException.ThrowIfNull(index);
        ArgumentNullException.ThrowIfNull(source);
        Check(mt_index_copy_(Handle, dim, index.Handle, source.Handle));
        return this;
    }

    /// <summary>A copy with one value where the mask is true.</summary>
    public Tensor masked_fill(Tensor mask, Scalar value)
    {
        ArgumentNullException.ThrowIfNull(mask);
        return Make(mt_masked_fill(Handle, mask.Handle, value, out var result), result);
    }

    /// <summary>Sets one value where the mask is true.</summary>
    public Tensor masked_fill_(Tensor mask, Scalar value)
    {
        ArgumentNullException.ThrowIfNull(mask);
        Check(mt_masked_fill_(Handle, mask.Handle, value));
        return this;
    }

    /// <summary>The indices of the elements that are not zero, one a row.</summary>
    public Tensor nonzero() => Make(mt_nonzero(Handle, out var result), result);

    /// <summary>Fills with normal numbers.</summary>
    public Tensor normal_(double mean = 0, double std = 1, Generator? generator = null)
    {
        Check(mt_normal_(Handle, mean, std, Generator.HandleOf(generator)));
        return this;
    }

    /// <summary>Fills with uniform numbers from <paramref name="from"/> up to, without, <paramref name="to"/>.</summary>
    public Tensor uniform_(double from = 0, double to = 1, Generator? generator = null)
    {
        Check(mt_uniform_(Handle, from, to, Generator.HandleOf(generator)));
        return this;
    }

    /// <summary>Fills with integers from <paramref name="from"/> up to, without, <paramref name="to"/>.</summary>
    public Tensor random_(long from, long to, Generator? generator = null)
    {
        Check(mt_random_(Handle, from, to, Generator.HandleOf(generator)));
        return this;
    }

    /// <summary>Indices drawn with the probabilities of each row.</summary>
    public Tensor multinomial(long num_samples, bool replacement = false, Generator? generator = null) =>
        Make(mt_multinomial(Handle, num_samples, replacement ? 1 : 0, Generator.HandleOf(generator), out var result), result);
}
