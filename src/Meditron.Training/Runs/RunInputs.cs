using Meditron.Data.Indexed;
using Meditron.Data.Sampling;
using Meditron.Llama;
using Meditron.Training.Preparation;
using Meditron.Training.Settings;

namespace Meditron.Training.Runs;

/// <summary>What a run reads: tokenizer, datasets, samples, and the model and batch that follow from them and the settings.</summary>
public sealed class RunInputs : IDisposable
{
    private RunInputs(PreparedData data, LlamaConfig model, TrainerOptions options, SampleSets samples)
    {
        Data = data;
        Model = model;
        Options = options;
        Samples = samples;
    }

    /// <summary>Tokenizer and datasets.</summary>
    public PreparedData Data { get; }

    /// <summary>Shape of the model.</summary>
    public LlamaConfig Model { get; }

    /// <summary>What a step does.</summary>
    public TrainerOptions Options { get; }

    /// <summary>Training and validation samples.</summary>
    public SampleSets Samples { get; }

    /// <summary>Prepares what is not there yet, and opens it.</summary>
    /// <param name="settings">The run's settings.</param>
    /// <param name="folder">The run's folder.</param>
    /// <param name="threads">Threads that tokenize.</param>
    /// <param name="progress">Told what is being prepared.</param>
    /// <param name="check">Looks at data and model before the samples are opened, and throws where they will not do.</param>
    /// <param name="stop">Ends the preparation.</param>
    public static RunInputs Open(
        MeditronSettings settings, RunFolder folder, int threads, Action<PreparationProgress> progress, Action<PreparedData, LlamaConfig, TrainerOptions> check, CancellationToken stop)
    {
        var cache = settings.Data.Cache.Length > 0 ? settings.Data.Cache : folder.Data;
        var data = new DataPreparation(settings.Data, cache, threads, progress).Run(stop);
        try
        {
            var model = RunModel.Resolve(settings, data);
            var options = RunModel.TrainerOptions(settings);
            check(data, model, options);
            progress(new PreparationProgress("reading the sample index", null));
            var samples = SampleSets.Open(SampleOptions(settings, data, options, cache));
            RequireTokens(samples, model);
            return new RunInputs(data, model, options, samples);
        }
        catch
        {
            data.Dispose();
            throw;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Samples.Dispose();
        Data.Dispose();
    }

    private static void RequireTokens(SampleSets samples, LlamaConfig model)
    {
        if (samples.Train is null)
        {
            throw new SamplingException("the split leaves no documents to train on. Raise the first number of meditron.data.split.");
        }

        foreach (var dataset in samples.Datasets)
        {
            // What this run tokenized itself is known to fit; a pair from elsewhere is looked through once.
            if (dataset.Manifest?.VocabularySize is not { } vocabulary || vocabulary > model.VocabularySize)
            {
                dataset.RequireTokensBelow(model.VocabularySize);
            }
        }
    }

    private static SampleSetOptions SampleOptions(MeditronSettings settings, PreparedData data, TrainerOptions options, string cache) => new()
    {
        Paths = data.Datasets,
        SequenceLength = options.SequenceLength,
        Split = settings.Data.Split,
        TrainSamples = (long)options.Steps * options.GlobalBatch,
        ValidationSamples = settings.Training.EvalInterval == 0 ? 0 : (long)options.EvalBatches * options.MicroBatch,
        Seed = (uint)settings.Training.Seed,
        CacheFolder = cache,
    };
}
