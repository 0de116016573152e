using System.Globalization;

namespace Meditron.Data.Sampling;

/// <summary>Where the training, validation and test parts of a dataset begin and end, from a string like <c>969, 30, 1</c>.</summary>
/// <param name="TrainEnd">The end of the training part, which begins at 0.</param>
/// <param name="ValidationEnd">The end of the validation part.</param>
/// <param name="TestEnd">The end of the test part, the number of sequences.</param>
public readonly record struct DataSplit(int TrainEnd, int ValidationEnd, int TestEnd)
{
    /// <summary>The weights Megatron takes where none are given.</summary>
    public const string Default = "969, 30, 1";

    /// <summary>Splits a number of sequences by weights, separated by commas or slashes; missing ones are 0.</summary>
    /// <remarks>The parts' sizes are rounded one by one (half to even) and what is then too much or too little is taken from every boundary.</remarks>
    /// <exception cref="SamplingException">The weights are not numbers, are negative or all 0, or a boundary falls below the one before it.</exception>
    public static DataSplit Parse(string weights, int sequences)
    {
        var separator = weights.Contains(',', StringComparison.Ordinal) ? ',' : '/';
        var parts = weights.Split(separator);
        var values = new double[3];
        for (var i = 0; i < Math.Min(3, parts.Length); i++)
        {
            if (!double.TryParse(parts[i].Trim(), NumberStyles.Float, CultureInfo.InvariantCulture, out values[i]) || !(values[i] >= 0) || double.IsInfinity(values[i]))
            {
                throw new SamplingException(
                    $"could not split the data by \"{weights}\": \"{parts[i].Trim()}\" is not a weight. Give up to three numbers, for training, validation and test: \"{Default}\".");
            }
        }

        var sum = values[0] + values[1] + values[2];
        if (sum <= 0)
        {
            throw new SamplingException($"could not split the data by \"{weights}\": all weights are 0. Give at least one that is not, as in \"{Default}\".");
        }

        Span<int> ends = stackalloc int[3];
        var end = 0;
        for (var i = 0; i < 3; i++)
        {
            end += (int)Math.Round(values[i] / sum * sequences, MidpointRounding.ToEven);
            ends[i] = end;
        }

        var excess = end - sequences;
        for (var i = 0; i < 3; i++)
        {
            // With very few sequences the correction can pass a boundary; an empty part is what is meant then.
            ends[i] = Math.Clamp(ends[i] - excess, i == 0 ? 0 : ends[i - 1], sequences);
        }

        return new DataSplit(ends[0], ends[1], ends[2]);
    }
}
