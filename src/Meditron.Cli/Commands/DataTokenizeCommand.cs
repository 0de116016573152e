using System.CommandLine;
using Meditron.Data.Indexed;
using Meditron.Data.Tokenization;
using Meditron.Training.Settings;
using Spectre.Console;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron data tokenize</c>: JSON Lines to a Megatron .bin/.idx pair.</summary>
internal static class DataTokenizeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("tokenize", "Turn JSON Lines into Megatron's .bin/.idx pair.");
        var inputs = DataCommand.Inputs();
        var fields = DataCommand.Fields();
        var output = new Option<string>("--output", "-o") { Description = "What the names of the pair begin with.", HelpName = "PREFIX", Required = true };
        var model = new Option<string>("--tokenizer", "-t") { Description = "A SentencePiece .model file.", HelpName = "FILE", Required = true };
        var threads = new Option<int>("--threads") { Description = "Threads; the output does not depend on it.", HelpName = "N", DefaultValueFactory = _ => Environment.ProcessorCount };
        var noEod = new Option<bool>("--no-eod") { Description = "Append no end-of-document token." };
        var noNewTokens = new Option<bool>("--no-new-tokens") { Description = "Add no special tokens to the model's own." };
        var chat = new Option<bool>("--chat-tokens") { Description = "Add the tokens of instruction tuning as well." };
        threads.AtLeast(1);
        command.Arguments.Add(inputs);
        foreach (var option in new Option[] { output, model, fields, threads, noEod, noNewTokens, chat })
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) =>
        {
            var options = new TokenizeOptions
            {
                Inputs = InputFiles.Expand(parsed.GetRequiredValue(inputs)),
                OutputPrefix = parsed.GetRequiredValue(output),
                Fields = parsed.GetRequiredValue(fields),
                AppendEndOfDocument = !parsed.GetValue(noEod),
                Threads = parsed.GetValue(threads),
            };
            var tokens = parsed.GetValue(chat) ? MeditronTokenizerOptions.ForInstructions : new MeditronTokenizerOptions();
            using var tokenizer = MeditronTokenizer.Load(parsed.GetRequiredValue(model), tokens with { NewTokens = !parsed.GetValue(noNewTokens) });
            OutputFolder.Create(options.OutputPrefix);
            Run(options, tokenizer, context);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Run(TokenizeOptions options, MeditronTokenizer tokenizer, CliContext context)
    {
        var start = context.Time.GetTimestamp();
        var result = context.Plain
            ? new TokenizeJob(options, tokenizer).Run(context.Cancellation)
            : context.Console.Progress().AutoClear(true)
                .Columns(new TaskDescriptionColumn(), new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
                .Start(progress =>
                {
                    var task = progress.AddTask("tokenizing");
                    return new TokenizeJob(options, tokenizer, now =>
                    {
                        task.MaxValue = Math.Max(1, now.InputLength);
                        task.Value = now.InputBytes;
                    }).Run(context.Cancellation);
                });
        var time = context.Time.GetElapsedTime(start);
        var totals = result.Totals;
        context.WriteFacts(
        [
            ("written", $"{result.Prefix}.bin, .idx, .json"),
            ("documents", Quantity.Count(totals.Documents) + (totals.EmptyDocuments == 0 ? "" : $" ({Quantity.Count(totals.EmptyDocuments)} without text left out)")),
            ("tokens", $"{Quantity.Count(totals.Tokens)} ({result.Type}), {Quantity.Fixed((double)totals.TextBytes / Math.Max(1, totals.Tokens), 2)} bytes of text a token"),
            ("vocabulary", Quantity.Count(tokenizer.VocabularySize)),
            ("time", $"{Quantity.Time(time)}, {Quantity.Fixed(totals.InputBytes / 1e6 / Math.Max(1e-9, time.TotalSeconds), 1)} MB/s of input, {Quantity.Short(totals.Tokens / Math.Max(1e-9, time.TotalSeconds))} tokens/s, {options.Threads} thread{(options.Threads == 1 ? "" : "s")}"),
        ]);
    }
}
