using Meditron.Data;
using Meditron.Data.Tokenization;
using Meditron.Llama;
using Meditron.Llama.HuggingFace;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;

namespace Meditron.Cli;

/// <summary>A model's weights with its tokenizer, from a checkpoint or a Hugging Face folder, ready to compute with.</summary>
internal sealed class LoadedModel : IDisposable
{
    private LoadedModel(ParameterStore parameters, IKernels kernels, string source, string? tokenizerPath, MeditronTokenizer? tokenizer)
    {
        Parameters = parameters;
        Kernels = kernels;
        Source = source;
        TokenizerPath = tokenizerPath;
        Tokenizer = tokenizer;
    }

    /// <summary>The weights.</summary>
    public ParameterStore Parameters { get; }

    /// <summary>The operations on their device.</summary>
    public IKernels Kernels { get; }

    /// <summary>Where the weights came from.</summary>
    public string Source { get; }

    /// <summary>The tokenizer's file, where it is known.</summary>
    public string? TokenizerPath { get; }

    /// <summary>The tokenizer, where it is known.</summary>
    public MeditronTokenizer? Tokenizer { get; }

    /// <summary>Loads what a user names: a Hugging Face folder, a checkpoint's folder, a run's folder or a run's name.</summary>
    /// <param name="given">What the user named.</param>
    /// <param name="tokenizer">A tokenizer model to use instead of the one that belongs to it.</param>
    /// <param name="precision">Number format of the products.</param>
    /// <param name="device">Where the weights go.</param>
    public static LoadedModel Load(string given, string? tokenizer, Precision precision, Device device)
    {
        IKernels kernels = device.type == DeviceType.CPU ? new FusedKernels() : new AtenKernels();
        return File.Exists(Path.Combine(given, HuggingFaceConfig.FileName))
            ? FromHuggingFace(given, tokenizer, precision, device, kernels)
            : FromCheckpoint(CheckpointLocation.Checkpoint(given), tokenizer, precision, device, kernels);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        Tokenizer?.Dispose();
        Parameters.Dispose();
    }

    private static LoadedModel FromHuggingFace(string folder, string? tokenizer, Precision precision, Device device, IKernels kernels)
    {
        using var checkpoint = HuggingFaceCheckpoint.Open(folder);
        var path = tokenizer ?? Path.Combine(folder, "tokenizer.model");
        var loaded = Tokenizing(File.Exists(path) || tokenizer is not null ? path : null, checkpoint.Config.Model.VocabularySize);
        var parameters = new ParameterStore(ParameterLayout.Create(checkpoint.Config.Model), precision, device, kernels);
        try
        {
            checkpoint.Load(parameters.Layout, parameters.Master.Flat);
            parameters.RefreshCompute();
            return new LoadedModel(parameters, kernels, folder, loaded is null ? null : path, loaded);
        }
        catch
        {
            loaded?.Dispose();
            parameters.Dispose();
            throw;
        }
    }

    private static LoadedModel FromCheckpoint(CheckpointReader reader, string? tokenizer, Precision precision, Device device, IKernels kernels)
    {
        var found = tokenizer is null ? CheckpointLocation.Tokenizer(reader) : null;
        var loaded = found?.Tokenizer ?? Tokenizing(tokenizer, reader.Manifest.Model.VocabularySize);
        var parameters = new ParameterStore(ParameterLayout.Create(reader.Manifest.Model), precision, device, kernels);
        try
        {
            reader.Load(CheckpointTensors.OfWeights(parameters));
            parameters.RefreshCompute();
            return new LoadedModel(parameters, kernels, reader.Entry.Path, found?.Path ?? tokenizer, loaded);
        }
        catch
        {
            loaded?.Dispose();
            parameters.Dispose();
            throw;
        }
    }

    /// <summary>Loads a tokenizer with as many of the special tokens as the model's vocabulary has room for.</summary>
    private static MeditronTokenizer? Tokenizing(string? path, int vocabulary)
    {
        if (path is null)
        {
            return null;
        }

        foreach (var newTokens in new[] { true, false })
        {
            var tokenizer = MeditronTokenizer.Load(path, new MeditronTokenizerOptions { NewTokens = newTokens });
            if (tokenizer.VocabularySize <= vocabulary)
            {
                return tokenizer;
            }

            tokenizer.Dispose();
        }

        throw new VocabularyException($"the tokenizer has more tokens than the model's vocabulary of {vocabulary}. Name the tokenizer that belongs to the model with --tokenizer.", path);
    }
}
