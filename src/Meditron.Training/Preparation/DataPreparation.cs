using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Meditron.Data;
using Meditron.Data.Indexed;
using Meditron.Data.Sampling;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;
using Meditron.Training.Settings;

namespace Meditron.Training.Preparation;

/// <summary>
/// Turns a run's inputs into tokenized datasets: trains a tokenizer where none is named, tokenizes JSONL inputs, and takes Megatron pairs as they are.
/// What was made is named by a hash of what it was made from, so that an unchanged input is not done again and a changed one never mistaken.
/// </summary>
public sealed class DataPreparation
{
    private readonly DataSettings settings;
    private readonly string cache;
    private readonly int threads;
    private readonly Action<PreparationProgress> progress;

    /// <summary>Creates the preparation.</summary>
    /// <param name="settings">The inputs.</param>
    /// <param name="cache">Folder for what is made.</param>
    /// <param name="threads">Threads to work with.</param>
    /// <param name="progress">Told how far it is.</param>
    public DataPreparation(DataSettings settings, string cache, int threads, Action<PreparationProgress> progress)
    {
        this.settings = settings;
        this.cache = cache;
        this.threads = threads;
        this.progress = progress;
    }

    /// <summary>Prepares the data.</summary>
    /// <exception cref="ConfigurationException">There are no inputs.</exception>
    /// <exception cref="DataException">An input is missing or damaged, or something could not be written.</exception>
    public PreparedData Run(CancellationToken cancellation)
    {
        settings.RequireInputs();
        Directory.CreateDirectory(cache);
        var inputs = settings.Inputs.Select(Resolve).ToList();
        var texts = inputs.SelectMany(input => input.Files).ToList();
        var tokenizer = Tokenizer(texts, cancellation);
        try
        {
            var prefixes = inputs.Select(input => input.Prefix ?? Tokenize(input, tokenizer!, cancellation)).ToList();
            return Describe(tokenizer, prefixes);
        }
        catch
        {
            tokenizer?.Dispose();
            throw;
        }
    }

    private static string Key(params IEnumerable<string> parts)
    {
        var hash = SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', parts)));
        return Convert.ToHexStringLower(hash)[..12];
    }

    private static string Identity(string file)
    {
        var info = new FileInfo(file);
        return string.Create(CultureInfo.InvariantCulture, $"{info.FullName}|{info.Length}|{info.LastWriteTimeUtc.Ticks}");
    }

    private static Input Resolve(DataInput input)
    {
        if (File.Exists(DatasetPaths.From(input.Path).Idx))
        {
            return new Input(input, DatasetPaths.From(input.Path).Prefix, []);
        }

        return new Input(input, null, InputFiles.Expand([input.Path]));
    }

    private MeditronTokenizer? Tokenizer(List<string> texts, CancellationToken cancellation)
    {
        var options = new MeditronTokenizerOptions { NewTokens = settings.Tokenizer.NewTokens };
        if (settings.Tokenizer.Model.Length > 0)
        {
            return MeditronTokenizer.Load(settings.Tokenizer.Model, options);
        }

        if (texts.Count == 0)
        {
            return null;
        }

        var size = settings.Tokenizer.VocabularySize;
        var key = Key([.. texts.Select(Identity), settings.TextField, size.ToString(CultureInfo.InvariantCulture)]);
        var path = Path.Combine(cache, $"tokenizer-{key}.model");
        if (!File.Exists(path))
        {
            progress(new PreparationProgress($"training a tokenizer of {size} pieces", null));
            SentencePieceTrainer.Train(
                JsonlReader.ReadAll(texts, Fields()), path, new SentencePieceTrainerOptions { VocabularySize = size, Threads = threads }, cancellation);
        }

        return MeditronTokenizer.Load(path, options);
    }

    private string Tokenize(Input input, MeditronTokenizer tokenizer, CancellationToken cancellation)
    {
        var append = settings.Tokenizer.AppendEod;
        var key = Key([.. input.Files.Select(Identity), settings.TextField, tokenizer.Hash, append.ToString()]);
        var stem = Path.GetFileName(input.Files[0]).Split('.')[0];
        var options = new TokenizeOptions
        {
            Inputs = input.Files,
            OutputPrefix = Path.Combine(cache, $"{stem}-{key}"),
            Fields = Fields(),
            OutputKey = "text",
            AppendEndOfDocument = append,
            Threads = threads,
        };
        if (!File.Exists(DatasetPaths.From(options.DatasetPrefix).Idx))
        {
            void Report(TokenizeProgress at) => progress(new PreparationProgress(
                $"tokenizing {stem}: {at.Documents} documents, {at.Tokens} tokens", at.InputLength == 0 ? null : (double)at.InputBytes / at.InputLength));
            new TokenizeJob(options, tokenizer, Report).Run(cancellation);
        }

        return options.DatasetPrefix;
    }

    private string[] Fields() => settings.TextField.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private PreparedData Describe(MeditronTokenizer? tokenizer, List<string> prefixes)
    {
        // Without weights inputs are mixed in proportion to their tokens, which is what concatenating them would give.
        var weighted = settings.Inputs.Any(input => input.Weight != 1);
        var paths = new List<WeightedPath>();
        var parts = new List<string> { settings.Split };
        int? vocabulary = tokenizer?.VocabularySize;
        for (var index = 0; index < prefixes.Count; index++)
        {
            using var dataset = IndexedDataset.Open(prefixes[index]);
            if (tokenizer is not null && dataset.Manifest?.TokenizerHash is { } hash && hash != tokenizer.Hash)
            {
                throw new IndexedDatasetException(
                    $"the dataset was tokenized with another tokenizer (hash {hash[..12]}) than the one configured (hash {tokenizer.Hash[..12]}). "
                    + "Tokenize it again, or name its tokenizer as meditron.data.tokenizer.model.",
                    dataset.Paths.Idx);
            }

            vocabulary ??= dataset.Manifest?.VocabularySize;
            var weight = weighted ? settings.Inputs[index].Weight : dataset.Tokens;
            paths.Add(new WeightedPath(weight, prefixes[index]));
            parts.Add(string.Create(CultureInfo.InvariantCulture, $"{weight}|{dataset.Sequences}|{dataset.Tokens}|{dataset.Manifest?.BinSha256}"));
        }

        return new PreparedData(tokenizer, paths, vocabulary, Key(parts));
    }

    private sealed record Input(DataInput Given, string? Prefix, IReadOnlyList<string> Files);
}
