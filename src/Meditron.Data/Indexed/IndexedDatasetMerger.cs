namespace Meditron.Data.Indexed;

/// <summary>Joins datasets into one, as Megatron's merge_datasets does.</summary>
public static class IndexedDatasetMerger
{
    /// <summary>Writes the sequences and documents of some datasets, in the given order, as one.</summary>
    /// <exception cref="IndexedDatasetException">There is nothing to merge, a dataset is damaged, or the token types differ.</exception>
    /// <exception cref="OutputException">The merged dataset cannot be written.</exception>
    public static DatasetManifest Merge(IReadOnlyList<string> prefixes, string output, CancellationToken cancellation = default)
    {
        if (prefixes.Count == 0)
        {
            throw new IndexedDatasetException("could not merge datasets: none was given. Name at least one prefix.");
        }

        IndexedDatasetWriter? writer = null;
        DatasetManifest? details = null;
        try
        {
            foreach (var prefix in prefixes)
            {
                using var dataset = IndexedDataset.Open(prefix);
                details = writer is null ? dataset.Manifest : Common(details, dataset.Manifest);
                writer ??= new IndexedDatasetWriter(output, dataset.Type);
                writer.Append(dataset, cancellation);
            }

            return writer!.Complete(details);
        }
        finally
        {
            writer?.Dispose();
        }
    }

    // What is known of the whole is what every part agrees on.
    private static DatasetManifest? Common(DatasetManifest? one, DatasetManifest? other) =>
        one is null || other is null ? null
        : one with
        {
            TokenizerHash = string.Equals(one.TokenizerHash, other.TokenizerHash, StringComparison.Ordinal) ? one.TokenizerHash : null,
            VocabularySize = one.VocabularySize is { } a && other.VocabularySize is { } b ? Math.Max(a, b) : null,
            EndOfDocument = one.EndOfDocument == other.EndOfDocument ? one.EndOfDocument : null,
        };
}
