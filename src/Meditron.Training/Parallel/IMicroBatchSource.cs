namespace Meditron.Training.Parallel;

/// <summary>Gives the tokens of micro-batches by the index of their first sample, so that what is consumed depends on the step alone.</summary>
public interface IMicroBatchSource
{
    /// <summary>Samples there are.</summary>
    long Count { get; }

    /// <summary>Fills in the tokens and targets of one micro-batch, row by row.</summary>
    /// <param name="firstSample">Index of its first sample; the others follow it.</param>
    /// <param name="tokens">[micro-batch, sequence].</param>
    /// <param name="targets">[micro-batch, sequence]: each token's successor.</param>
    void Load(long firstSample, Span<int> tokens, Span<int> targets);
}
