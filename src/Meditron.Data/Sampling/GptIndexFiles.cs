namespace Meditron.Data.Sampling;

/// <summary>Keeps a sample index in .npy files under Megatron's names, and reads it again where it still fits the data.</summary>
internal static class GptIndexFiles
{
    /// <summary>Reads the index, or builds and writes it.</summary>
    /// <param name="stem">The files' path up to <c>_doc_idx.npy</c>, or null to keep no files.</param>
    /// <param name="sizes">Tokens of every sequence.</param>
    /// <param name="request">What to build.</param>
    /// <param name="file">The dataset, for messages.</param>
    /// <param name="cache">What became of the files.</param>
    /// <param name="note">Why files were not taken or not written.</param>
    public static GptSampleIndex Open(string? stem, ReadOnlySpan<int> sizes, GptIndexRequest request, string? file, out IndexCache cache, out string? note)
    {
        note = null;
        if (stem is null)
        {
            cache = IndexCache.Off;
            return GptSampleIndex.Build(sizes, request, file);
        }

        var (documents, samples, shuffle) = ($"{stem}_doc_idx.npy", $"{stem}_sample_idx.npy", $"{stem}_shuffle_idx.npy");
        var there = File.Exists(documents) && File.Exists(samples) && File.Exists(shuffle);
        if (there && TryRead(documents, samples, shuffle, sizes, request, file, out note) is { } known)
        {
            cache = IndexCache.Reused;
            return known;
        }

        var index = GptSampleIndex.Build(sizes, request, file);
        try
        {
            NpyFile.Write<int>(documents, index.DocumentIndex, "<i4", index.DocumentIndex.Length);
            NpyFile.Write<int>(samples, index.SampleIndex, "<i4", index.SampleIndex.Length / 2, 2);
            NpyFile.Write<uint>(shuffle, index.ShuffleIndex, "<u4", index.ShuffleIndex.Length);
            cache = there ? IndexCache.Replaced : IndexCache.Written;
        }
        catch (OutputException reason)
        {
            // The files only save time the next time; a folder that cannot be written to must not stop a training run.
            note = reason.Message;
            cache = IndexCache.NotWritten;
        }

        return index;
    }

    /// <summary>The files' path up to <c>_doc_idx.npy</c>, as Megatron names them.</summary>
    public static string Stem(string prefix, string name, GptIndexRequest request) =>
        $"{prefix}_{name}_indexmap_{request.Samples}ns_{request.SequenceLength}sl_{request.Seed}s";

    private static GptSampleIndex? TryRead(
        string documents, string samples, string shuffle, ReadOnlySpan<int> sizes, GptIndexRequest request, string? file, out string? reason) =>
        NpyFile.TryRead<int>(documents, "<i4", 1, out reason) is { } documentIndex
        && NpyFile.TryRead<int>(samples, "<i4", 2, out reason) is { } sampleIndex
        && NpyFile.TryRead<uint>(shuffle, "<u4", 1, out reason) is { } shuffleIndex
            ? GptSampleIndex.TryAdopt(sizes, request, documentIndex, sampleIndex, shuffleIndex, file, out reason)
            : null;
}
