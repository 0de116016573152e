namespace Meditron.Data.Sampling;

/// <summary>What a sample index is built from.</summary>
/// <param name="FirstSequence">The first sequence of the part of the dataset.</param>
/// <param name="EndSequence">The end of the part.</param>
/// <param name="Samples">How many samples are needed; there may be more.</param>
/// <param name="SequenceLength">Tokens a sample's input has.</param>
/// <param name="Seed">The shuffles' seed.</param>
public readonly record struct GptIndexRequest(int FirstSequence, int EndSequence, long Samples, int SequenceLength, uint Seed)
{
    /// <summary>How many sequences the part has.</summary>
    public int Sequences => EndSequence - FirstSequence;
}
