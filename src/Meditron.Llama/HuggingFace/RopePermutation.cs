using Meditron.Torch;

namespace Meditron.Llama.HuggingFace;

/// <summary>
/// Moves the rows of a query or key projection between the two orders in use: Meta's rotates neighbours (rows 2i and 2i+1 of a head), Hugging
/// Face's rotates halves (rows i and i + D/2). The other projections are the same in both.
/// </summary>
public static class RopePermutation
{
    /// <summary>From Meta's order to Hugging Face's.</summary>
    /// <param name="weight">Rows [heads * D], and any further dimensions.</param>
    /// <param name="heads">Query heads for a query projection, key/value heads for a key projection.</param>
    /// <returns>A new tensor, contiguous.</returns>
    public static Tensor InterleavedToHalf(Tensor weight, int heads) => Permute(weight, heads, halves: false);

    /// <summary>From Hugging Face's order to Meta's.</summary>
    /// <param name="weight">Rows [heads * D], and any further dimensions.</param>
    /// <param name="heads">Query heads for a query projection, key/value heads for a key projection.</param>
    /// <returns>A new tensor, contiguous.</returns>
    public static Tensor HalfToInterleaved(Tensor weight, int heads) => Permute(weight, heads, halves: true);

    private static Tensor Permute(Tensor weight, int heads, bool halves)
    {
        ArgumentNullException.ThrowIfNull(weight);
        var rows = weight.size(0);
        if (heads < 1 || rows % (2L * heads) != 0)
        {
            throw new ArgumentException($"The rows of {weight} do not divide into {heads} heads of an even size.", nameof(heads));
        }

        var pairs = rows / heads / 2;
        using var split = halves ? weight.reshape(heads, 2, pairs, -1) : weight.reshape(heads, pairs, 2, -1);
        using var exchanged = split.transpose(1, 2);
        using var dense = exchanged.clone();
        return dense.view(weight.shape);
    }
}
