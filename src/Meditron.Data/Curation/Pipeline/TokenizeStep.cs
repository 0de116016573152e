using Meditron.Data.Curation.Report;
using Meditron.Data.Curation.Settings;
using Meditron.Data.Curation.Storage;
using Meditron.Data.Indexed;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;

namespace Meditron.Data.Curation.Pipeline;

/// <summary>Turns the finished corpus into indexed datasets: one for each subset and split, one for each split as a whole, and the file of blend weights.</summary>
internal sealed class TokenizeStep(CurationContext context)
{
    /// <summary>Bytes of text a tokenizer is trained on at most.</summary>
    private const long TrainingBytes = 64L << 20;

    public static string BlendFile(WorkLayout layout) => Path.Combine(layout.Tokens, "blend.txt");

    public IReadOnlyList<TokenizedSubset> Run(IReadOnlyList<CorpusOutput> outputs, CancellationToken cancellation)
    {
        var groups = outputs.GroupBy(o => (o.Split, o.Subset)).OrderBy(g => g.Key.Split, StringComparer.Ordinal).ThenBy(g => g.Key.Subset, StringComparer.Ordinal).ToList();
        context.Observer.PhaseStarted(CurationStep.Tokenize, 0, groups.Count);
        var model = Model(outputs, cancellation);
        using var tokenizer = MeditronTokenizer.Load(model, new MeditronTokenizerOptions { NewTokens = context.Settings.Tokenize.AddTokens });
        var results = new List<TokenizedSubset>();
        for (var i = 0; i < groups.Count; i++)
        {
            cancellation.ThrowIfCancellationRequested();
            var (split, subset) = groups[i].Key;
            results.Add(Tokenize(split, subset, [.. groups[i]], tokenizer, cancellation));
            context.Observer.UnitFinished(CurationStep.Tokenize, i, groups[i].Sum(o => o.Bytes));
        }

        if (context.Settings.Tokenize.Merge)
        {
            Merge(results, cancellation);
        }

        WriteBlend(results);
        return results;
    }

    private TokenizedSubset Tokenize(string split, string subset, IReadOnlyList<CorpusOutput> files, MeditronTokenizer tokenizer, CancellationToken cancellation)
    {
        var options = new TokenizeOptions
        {
            Inputs = [.. files.Select(f => Path.Combine(context.Layout.Output, f.File))],
            OutputPrefix = Path.Combine(context.Layout.Tokens, $"{subset}-{split}"),
            AppendEndOfDocument = context.Settings.Tokenize.AppendEod,
            Threads = context.Threads,
        };

        // The .idx and its manifest come last: where they are and name this tokenizer, an earlier run finished the pair.
        var paths = DatasetPaths.From(options.DatasetPrefix);
        if (File.Exists(paths.Idx) && DatasetManifest.TryRead(paths) is { } done && done.TokenizerHash == tokenizer.Hash)
        {
            return new TokenizedSubset(split, subset, Path.GetRelativePath(context.Layout.Output, options.DatasetPrefix), done.Documents, done.Tokens);
        }

        var result = new TokenizeJob(options, tokenizer).Run(cancellation);
        return new TokenizedSubset(split, subset, Path.GetRelativePath(context.Layout.Output, options.DatasetPrefix), result.Totals.Documents, result.Totals.Tokens);
    }

    private void Merge(List<TokenizedSubset> results, CancellationToken cancellation)
    {
        foreach (var split in results.GroupBy(r => r.Split))
        {
            var output = Path.Combine(context.Layout.Tokens, $"{split.Key}_text_document");
            if (!File.Exists(DatasetPaths.From(output).Idx))
            {
                IndexedDatasetMerger.Merge([.. split.Select(r => Path.Combine(context.Layout.Output, r.Prefix))], output, cancellation);
            }
        }
    }

    /// <summary>Megatron's form of a mixture, weights and paths by turns: the tokens of each subset, unless the settings give weights.</summary>
    private void WriteBlend(List<TokenizedSubset> results)
    {
        var training = results.Where(r => r.Split == CorpusSplit.Train).ToList();
        double total = training.Sum(Weight);
        var words = training.Where(r => Weight(r) > 0).Select(r => FormattableString.Invariant($"{Weight(r) / total:R} {Path.GetFileName(r.Prefix)}"));
        TemporaryFile.WriteAll(BlendFile(context.Layout), System.Text.Encoding.UTF8.GetBytes(string.Join('\n', words) + "\n"));

        double Weight(TokenizedSubset result) => context.Settings.SubsetOf(result.Subset).Weight is > 0 and var weight ? weight : result.Tokens;
    }

    private string Model(IReadOnlyList<CorpusOutput> outputs, CancellationToken cancellation)
    {
        var settings = context.Settings.Tokenize;
        if (settings.Model.Length > 0)
        {
            return Path.Combine(context.Settings.Input, settings.Model);
        }

        var path = Path.Combine(context.Layout.Tokens, "tokenizer.model");
        if (!File.Exists(path))
        {
            var files = outputs.Where(o => o.Split == CorpusSplit.Train).Select(o => Path.Combine(context.Layout.Output, o.File));
            long bytes = 0;
            var texts = JsonlReader.ReadAll(files, ["text"]).TakeWhile(text => (bytes += text.Length) <= TrainingBytes);
            SentencePieceTrainer.Train(texts, path, new SentencePieceTrainerOptions { VocabularySize = settings.TrainVocabulary }, cancellation);
        }

        return path;
    }
}
