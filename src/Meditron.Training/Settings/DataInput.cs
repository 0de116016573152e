using System.ComponentModel.DataAnnotations;

namespace Meditron.Training.Settings;

/// <summary>One input of a run: a JSONL file or glob, or the prefix of a Megatron .bin/.idx pair, with its weight in the blend.</summary>
/// <param name="Path">File, glob or prefix.</param>
/// <param name="Weight">Share of the samples, relative to the other inputs.</param>
public sealed record DataInput(string Path, [property: Range(0.0, 1e12, MinimumIsExclusive = true)] double Weight = 1)
{
    /// <summary>An input given by its path alone.</summary>
    public static DataInput Parse(string text) => text.Length == 0 ? throw new FormatException("expected a file, a glob or a prefix, not an empty string.") : new(text);
}
