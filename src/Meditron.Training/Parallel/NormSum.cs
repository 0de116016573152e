namespace Meditron.Training.Parallel;

/// <summary>
/// Puts the global gradient norm together from the parts of all ranks, parameter by parameter in the model's canonical order and within a
/// parameter along its tree of blocks: the same bits as one rank that holds everything. The order is worked out once; a sum allocates nothing.
/// </summary>
public sealed class NormSum
{
    private readonly List<(int Left, int Right, int Result)> additions = [];
    private readonly List<int> parameters = [];
    private readonly double[] values;
    private readonly int given;

    /// <summary>Works out the order.</summary>
    /// <param name="parts">The parts as they stand in <see cref="Of"/>'s argument, each with the shard of its parameter that it belongs to (0 where it is whole).</param>
    /// <exception cref="InvalidOperationException">The parts do not cover a parameter.</exception>
    public NormSum(IReadOnlyList<(NormNode Node, int TensorRank)> parts)
    {
        given = parts.Count;
        var next = given;
        foreach (var group in parts.Select((part, index) => (part, index)).GroupBy(entry => (entry.part.Node.Parameter, entry.part.TensorRank)).OrderBy(group => group.Key))
        {
            var nodes = group.ToDictionary(entry => entry.part.Node.Node, entry => entry.index);
            parameters.Add(CanonicalTree.Combine(nodes, group.First().part.Node.Blocks, (left, right) =>
            {
                additions.Add((left, right, next));
                return next++;
            }));
        }

        values = new double[next];
    }

    /// <summary>The sum of squares over the whole model.</summary>
    /// <param name="parts">The parts' sums of squares.</param>
    public double Of(ReadOnlySpan<double> parts)
    {
        parts[..given].CopyTo(values);
        foreach (var (left, right, result) in additions)
        {
            values[result] = values[left] + values[right];
        }

        double sum = 0;
        foreach (var parameter in parameters)
        {
            sum += values[parameter];
        }

        return sum;
    }
}
