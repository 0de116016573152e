using System.CommandLine;
using Meditron.Data.Text;
using Meditron.Data.Tokenization;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron data train-tokenizer</c>: a SentencePiece model from a corpus.</summary>
internal static class DataTrainTokenizerCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("train-tokenizer", "Train a SentencePiece tokenizer (BPE with byte fallback, as Llama's) on a corpus.");
        var inputs = DataCommand.Inputs();
        var fields = DataCommand.Fields();
        var output = new Option<string>("--output", "-o") { Description = "The .model file to write.", HelpName = "FILE", Required = true };
        var size = new Option<int>("--vocabulary-size") { Description = "Pieces, the 256 bytes and 3 marks included.", HelpName = "N", DefaultValueFactory = _ => new SentencePieceTrainerOptions().VocabularySize };
        var lines = new Option<bool>("--lines") { Description = "The inputs are plain text, a line a text, not JSON Lines." };
        size.AtLeast(300, ": the 256 bytes and 3 marks, and some pieces");
        command.Arguments.Add(inputs);
        command.Options.Add(output);
        command.Options.Add(size);
        command.Options.Add(fields);
        command.Options.Add(lines);
        command.OnRun((parsed, context) =>
        {
            var files = InputFiles.Expand(parsed.GetRequiredValue(inputs));
            var texts = parsed.GetValue(lines) ? JsonlReader.ReadLines(files) : JsonlReader.ReadAll(files, parsed.GetRequiredValue(fields));
            var path = parsed.GetRequiredValue(output);
            var start = context.Time.GetTimestamp();
            OutputFolder.Create(path);
            SentencePieceTrainer.Train(texts, path, new SentencePieceTrainerOptions { VocabularySize = parsed.GetValue(size) }, context.Cancellation);
            using var model = MeditronTokenizer.Load(path);
            context.WriteFacts(
            [
                ("model", path),
                ("pieces", Quantity.Count(model.Model.VocabularySize)),
                ("with MEDITRON's special tokens", Quantity.Count(model.VocabularySize)),
                ("trained on", $"{files.Count} file{(files.Count == 1 ? "" : "s")}, {Quantity.Bytes(files.Sum(file => new FileInfo(file).Length))}"),
                ("time", Quantity.Time(context.Time.GetElapsedTime(start))),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
