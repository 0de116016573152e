using System.Globalization;

namespace Meditron.Data.Sampling;

/// <summary>A dataset and its share in a mixture.</summary>
/// <param name="Weight">The share, of any sum.</param>
/// <param name="Prefix">The dataset's path without .bin and .idx.</param>
public readonly record struct WeightedPath(double Weight, string Prefix)
{
    /// <summary>Reads Megatron's form: one path, or weights and paths by turns (<c>0.9 a 0.1 b</c>).</summary>
    /// <exception cref="SamplingException">The words are not of that form.</exception>
    public static IReadOnlyList<WeightedPath> Parse(IReadOnlyList<string> words)
    {
        if (words.Count == 1)
        {
            return [new WeightedPath(1, words[0].Trim())];
        }

        if (words.Count == 0 || words.Count % 2 != 0)
        {
            throw new SamplingException($"could not read the data paths: {words.Count} words were given. Give one path, or weights and paths by turns: 0.9 a 0.1 b.");
        }

        var paths = new WeightedPath[words.Count / 2];
        for (var i = 0; i < paths.Length; i++)
        {
            if (!double.TryParse(words[2 * i], NumberStyles.Float, CultureInfo.InvariantCulture, out var weight))
            {
                throw new SamplingException($"could not read the data paths: \"{words[2 * i]}\" stands where a weight was expected. Give weights and paths by turns: 0.9 a 0.1 b.");
            }

            paths[i] = new WeightedPath(weight, words[(2 * i) + 1].Trim());
        }

        return paths;
    }
}
