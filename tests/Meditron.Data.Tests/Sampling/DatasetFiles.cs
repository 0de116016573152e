using Meditron.Data.Indexed;

namespace Meditron.Data.Tests.Sampling;

/// <summary>Datasets whose tokens tell where they are from: token t of sequence s is 1000 s + t.</summary>
internal static class DatasetFiles
{
    public static void Write(string prefix, params int[] sizes)
    {
        using var writer = new IndexedDatasetWriter(prefix, TokenType.Int32);
        for (var sequence = 0; sequence < sizes.Length; sequence++)
        {
            writer.AddDocument([.. Enumerable.Range(1000 * sequence, sizes[sequence])]);
        }

        writer.Complete();
    }
}
