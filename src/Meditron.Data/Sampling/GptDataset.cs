using Meditron.Data.Indexed;

namespace Meditron.Data.Sampling;

/// <summary>Samples of a fixed length out of one dataset: its sequences are shuffled, packed one after another, cut, and shuffled again.</summary>
public sealed class GptDataset : ISampleSource
{
    private readonly IndexedDataset _dataset;
    private readonly int[] _sizes;
    private readonly GptSampleIndex _index;

    private GptDataset(IndexedDataset dataset, int[] sizes, GptSampleIndex index, int sequenceLength, IndexCache cache, string? cacheNote)
    {
        _dataset = dataset;
        _sizes = sizes;
        _index = index;
        SequenceLength = sequenceLength;
        Cache = cache;
        CacheNote = cacheNote;
    }

    /// <inheritdoc/>
    public long Count => _index.Count;

    /// <inheritdoc/>
    public int SequenceLength { get; }

    /// <summary>How often the data is gone through.</summary>
    public EpochPlan Plan => _index.Plan;

    /// <summary>What became of the files the index is kept in.</summary>
    public IndexCache Cache { get; }

    /// <summary>Why the files were not taken or not written, where that is so.</summary>
    public string? CacheNote { get; }

    /// <summary>Makes samples of a part of a dataset, which the caller keeps open.</summary>
    /// <param name="dataset">The dataset.</param>
    /// <param name="name">The part's name in the files' names: train, valid or test.</param>
    /// <param name="request">Which part, how many samples, how long, which seed.</param>
    /// <param name="cacheFolder">Where the index is kept; empty for beside the dataset, as Megatron does; null for nowhere.</param>
    /// <exception cref="SamplingException">The part is empty or has fewer tokens than a sample.</exception>
    public static GptDataset Create(IndexedDataset dataset, string name, GptIndexRequest request, string? cacheFolder = "")
    {
        var sizes = dataset.Sizes();
        var prefix = string.IsNullOrEmpty(cacheFolder) ? dataset.Paths.Prefix : Path.Combine(cacheFolder, Path.GetFileName(dataset.Paths.Prefix));
        var stem = cacheFolder is null ? null : GptIndexFiles.Stem(prefix, name, request);
        var index = GptIndexFiles.Open(stem, sizes, request, dataset.Paths.Bin, out var cache, out var note);
        return new GptDataset(dataset, sizes, index, request.SequenceLength, cache, note);
    }

    /// <inheritdoc/>
    public void Get(long index, Span<int> destination)
    {
        if (index < 0 || index >= Count)
        {
            throw new ArgumentOutOfRangeException(nameof(index), index, $"There are {Count} samples.");
        }

        if (destination.Length != SequenceLength + 1)
        {
            throw new ArgumentException($"A sample has {SequenceLength + 1} tokens, there is room for {destination.Length}.", nameof(destination));
        }

        long sample = _index.ShuffleIndex[index];
        var document = _index.SampleIndex[2 * sample];
        var offset = _index.SampleIndex[(2 * sample) + 1];
        while (!destination.IsEmpty)
        {
            var sequence = _index.DocumentIndex[document++];
            var count = Math.Min(_sizes[sequence] - offset, destination.Length);
            _dataset.Read(sequence, offset, destination[..count]);
            destination = destination[count..];
            offset = 0;
        }
    }
}
