using System.CommandLine;
using Meditron.Data.Indexed;
using Meditron.Data.Inspection;
using Meditron.Data.Tokenization;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron data inspect</c>: what a .bin/.idx pair holds.</summary>
internal static class DataInspectCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("inspect", "Count documents and tokens of a .bin/.idx pair, show lengths and some samples.");
        var prefix = new Argument<string>("PREFIX") { Description = "The pair's path without .bin and .idx, or either file." };
        var model = new Option<string?>("--tokenizer", "-t") { Description = "The SentencePiece .model it was made with, to show samples as text.", HelpName = "FILE" };
        var samples = new Option<int>("--samples") { Description = "How many samples to show.", HelpName = "N", DefaultValueFactory = _ => 3 };
        var seed = new Option<uint>("--seed") { Description = "Which samples.", HelpName = "N" };
        var verify = new Option<bool>("--verify") { Description = "Check the tokens' checksum too." };
        samples.AtLeast(0);
        command.Arguments.Add(prefix);
        foreach (var option in new Option[] { model, samples, seed, verify })
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) =>
        {
            using var dataset = IndexedDataset.Open(DatasetPaths.From(parsed.GetRequiredValue(prefix)).Prefix);
            using var tokenizer = parsed.GetValue(model) is { } path ? Tokenizer(path, dataset) : null;
            var summary = DatasetInspection.Inspect(dataset, tokenizer, parsed.GetValue(samples), parsed.GetValue(seed), cancellation: context.Cancellation);
            var checksum = parsed.GetValue(verify) ? dataset.VerifyTokens() ? "good" : "none to compare with" : "not checked (--verify)";
            Write(dataset, summary, checksum, context);
            return ExitCodes.Ok;
        });
        return command;
    }

    /// <summary>The tokenizer with the special tokens that the dataset was made with, as far as its hash tells.</summary>
    private static MeditronTokenizer Tokenizer(string path, IndexedDataset dataset)
    {
        foreach (var options in new[] { new MeditronTokenizerOptions(), MeditronTokenizerOptions.ForInstructions, new MeditronTokenizerOptions { NewTokens = false } })
        {
            var tokenizer = MeditronTokenizer.Load(path, options);
            if (dataset.Manifest?.TokenizerHash is not { } hash || string.Equals(hash, tokenizer.Hash, StringComparison.OrdinalIgnoreCase))
            {
                return tokenizer;
            }

            tokenizer.Dispose();
        }

        return MeditronTokenizer.Load(path);
    }

    private static void Write(IndexedDataset dataset, DatasetSummary summary, string checksum, CliContext context)
    {
        context.WriteFacts(
        [
            ("dataset", dataset.Paths.Prefix),
            ("documents", Quantity.Count(summary.Documents)),
            ("sequences", Quantity.Count(summary.Sequences)),
            ("tokens", $"{Quantity.Count(summary.Tokens)} ({dataset.Type})"),
            ("length", $"{Quantity.Count(summary.Shortest)} to {Quantity.Count(summary.Longest)}, median {Quantity.Count(summary.Median)}, mean {Quantity.Fixed(summary.Mean, 1)}"),
            ("vocabulary used", $"{Quantity.Count(summary.DistinctTokens)} different tokens, the largest {Quantity.Count(summary.LargestToken)}"),
            ("unigram entropy", $"{Quantity.Fixed(summary.UnigramEntropy)} nats a token"),
            ("checksum", checksum),
        ]);
        context.WriteLine("");
        context.WriteLine("tokens a sequence");
        var most = summary.Histogram.Count == 0 ? 1 : summary.Histogram.Max(bucket => bucket.Sequences);
        foreach (var bucket in summary.Histogram)
        {
            context.WriteLine($"{$"{bucket.From}-{bucket.To}",16}  {new string('#', (int)Math.Ceiling(40.0 * bucket.Sequences / Math.Max(1, most))),-40}  {Quantity.Count(bucket.Sequences)}");
        }

        foreach (var sample in summary.Samples)
        {
            context.WriteLine("");
            context.WriteLine($"sequence {sample.Sequence}, {Quantity.Count(sample.Tokens)} tokens");
            context.WriteLine("  " + (sample.Text.Length > 0 ? sample.Text.ReplaceLineEndings("\n  ") : string.Join(' ', sample.Ids)));
        }
    }
}
