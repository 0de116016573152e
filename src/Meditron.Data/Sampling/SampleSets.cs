using Meditron.Data.Indexed;

namespace Meditron.Data.Sampling;

/// <summary>The training, validation and test samples of one run, and the datasets they are read from.</summary>
public sealed class SampleSets : IDisposable
{
    private readonly List<IndexedDataset> _datasets = [];

    private SampleSets()
    {
    }

    /// <summary>The samples to train on; null where their part of the split is empty.</summary>
    public ISampleSource? Train { get; private set; }

    /// <summary>The samples to validate with; null where their part of the split is empty.</summary>
    public ISampleSource? Validation { get; private set; }

    /// <summary>The samples to test with; null where their part of the split is empty.</summary>
    public ISampleSource? Test { get; private set; }

    /// <summary>The datasets, in the order they were given.</summary>
    public IReadOnlyList<IndexedDataset> Datasets => _datasets;

    /// <summary>Opens datasets and makes their samples.</summary>
    /// <param name="options">What to make.</param>
    /// <exception cref="IndexedDatasetException">A dataset is missing or damaged.</exception>
    /// <exception cref="SamplingException">A part that is not empty has fewer tokens than a sample.</exception>
    public static SampleSets Open(SampleSetOptions options)
    {
        var sets = new SampleSets();
        try
        {
            foreach (var path in options.Paths)
            {
                sets._datasets.Add(IndexedDataset.Open(path.Prefix));
            }

            sets.Train = sets.Part(options, "train", options.TrainSamples, split => (0, split.TrainEnd));
            sets.Validation = sets.Part(options, "valid", options.ValidationSamples, split => (split.TrainEnd, split.ValidationEnd));
            sets.Test = sets.Part(options, "test", options.TestSamples, split => (split.ValidationEnd, split.TestEnd));
            return sets;
        }
        catch
        {
            sets.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var dataset in _datasets)
        {
            dataset.Dispose();
        }
    }

    private ISampleSource? Part(SampleSetOptions options, string name, long samples, Func<DataSplit, (int First, int End)> range)
    {
        if (options.Paths.Count == 1)
        {
            return Source(options, _datasets[0], name, samples, range);
        }

        var shares = Blend.Normalize([.. options.Paths.Select(path => path.Weight)]);
        var sources = new List<ISampleSource>();
        var weights = new List<double>();
        for (var i = 0; i < shares.Length; i++)
        {
            if (Source(options, _datasets[i], name, Blend.SamplesFor(samples, shares[i]), range) is { } source)
            {
                sources.Add(source);
                weights.Add(shares[i]);
            }
        }

        return sources.Count == 0 ? null : new BlendedDataset(sources, weights, samples);
    }

    private static GptDataset? Source(SampleSetOptions options, IndexedDataset dataset, string name, long samples, Func<DataSplit, (int First, int End)> range)
    {
        var (first, end) = range(DataSplit.Parse(options.Split, checked((int)dataset.Sequences)));
        return end == first || samples == 0
            ? null
            : GptDataset.Create(dataset, name, new GptIndexRequest(first, end, samples, options.SequenceLength, options.Seed), options.CacheFolder);
    }
}
