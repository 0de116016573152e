namespace Meditron.Training.Parallel;

/// <summary>A range of a stage's flat buffers whose gradients are complete at one moment of the backward pass and are reduced together.</summary>
/// <param name="Index">Position in the order in which the backward pass completes them.</param>
/// <param name="Start">First element.</param>
/// <param name="Length">Elements.</param>
/// <param name="IsNorms">Whether it holds the norms, to which other weight decay applies.</param>
/// <param name="Cuts">Element offsets, from the bucket's start, at which the pieces of the data-parallel ranks begin, and the bucket's length at the end.</param>
public sealed record GradientBucket(int Index, long Start, long Length, bool IsNorms, IReadOnlyList<long> Cuts)
{
    /// <summary>First element of a rank's piece in the flat buffers.</summary>
    public long PieceStart(int rank) => Start + Cuts[rank];

    /// <summary>Elements of a rank's piece; may be none.</summary>
    public long PieceLength(int rank) => Cuts[rank + 1] - Cuts[rank];
}
