using System.Text.Json.Serialization;

namespace Meditron.Training.Checkpoints;

/// <summary>A run of elements of a flattened tensor, or of a flattened block of its columns, and the file that holds it.</summary>
/// <param name="File">File name in the checkpoint's folder.</param>
/// <param name="Key">Name of the slice in that safetensors file.</param>
/// <param name="Start">First element in the flattened global tensor, or in the flattened block of columns.</param>
/// <param name="Length">Elements.</param>
/// <param name="FirstColumn">First column of the block, where the slice is of one: tensor-parallel ranks share some matrices by columns.</param>
/// <param name="Columns">Columns of the block; 0 where the slice is of the whole tensor.</param>
public sealed record CheckpointSlice(
    string File,
    string Key,
    long Start,
    long Length,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long FirstColumn = 0,
    [property: JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)] long Columns = 0)
{
    /// <summary>The runs of the flattened global tensor that the slice covers: where each begins there, where in the slice, and its length.</summary>
    /// <param name="globalColumns">Columns of the global tensor.</param>
    public IEnumerable<(long Global, long Local, long Length)> Runs(long globalColumns)
    {
        if (Columns == 0 || Columns == globalColumns)
        {
            yield return (Start, 0, Length);
            yield break;
        }

        for (long local = 0; local < Length;)
        {
            var (row, column) = Math.DivRem(Start + local, Columns);
            var length = Math.Min(Columns - column, Length - local);
            yield return (row * globalColumns + FirstColumn + column, local, length);
            local += length;
        }
    }
}
