namespace Meditron.Data.Sampling;

/// <summary>Training samples by number; the same number always gives the same tokens. Any number of threads may read at a time.</summary>
public interface ISampleSource
{
    /// <summary>How many samples there are.</summary>
    long Count { get; }

    /// <summary>Tokens a sample's input has; one more is read, for the target of the last.</summary>
    int SequenceLength { get; }

    /// <summary>Reads a sample.</summary>
    /// <param name="index">The sample, at least 0 and below <see cref="Count"/>.</param>
    /// <param name="destination"><see cref="SequenceLength"/> + 1 tokens.</param>
    void Get(long index, Span<int> destination);
}
