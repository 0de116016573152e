namespace Meditron.Data.Inspection;

/// <summary>How many sequences have a number of tokens in a range.</summary>
/// <param name="From">The fewest tokens.</param>
/// <param name="To">The most tokens.</param>
/// <param name="Sequences">How many sequences.</param>
public readonly record struct LengthBucket(int From, int To, long Sequences);
