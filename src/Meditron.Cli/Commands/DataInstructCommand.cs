using System.CommandLine;
using Meditron.Data.Curation.Instructions;
using Meditron.Data.Tokenization;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron data instruct</c>: conversations to Megatron's two-file form, tokens and roles.</summary>
internal static class DataInstructCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("instruct", "Turn questions and answers into tokens and roles (PREFIX-text and PREFIX-role).");
        var inputs = DataCommand.Inputs();
        var output = new Option<string>("--output", "-o") { Description = "What the names of both pairs begin with.", HelpName = "PREFIX", Required = true };
        var model = new Option<string>("--tokenizer", "-t") { Description = "A SentencePiece .model file.", HelpName = "FILE", Required = true };
        var system = new Option<string>("--system-field") { Description = "Field with the system's instructions, which a record may lack.", HelpName = "NAME", DefaultValueFactory = _ => "system" };
        var question = new Option<string>("--question-field") { Description = "Field with the question.", HelpName = "NAME", DefaultValueFactory = _ => "question" };
        var answer = new Option<string>("--answer-field") { Description = "Field with the answer.", HelpName = "NAME", DefaultValueFactory = _ => "answer" };
        command.Arguments.Add(inputs);
        foreach (var option in new Option[] { output, model, system, question, answer })
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) =>
        {
            using var tokenizer = MeditronTokenizer.Load(parsed.GetRequiredValue(model), MeditronTokenizerOptions.ForInstructions);
            var options = new InstructionOptions
            {
                Inputs = InputFiles.Expand(parsed.GetRequiredValue(inputs)),
                OutputPrefix = parsed.GetRequiredValue(output),
                SystemField = parsed.GetRequiredValue(system),
                QuestionField = parsed.GetRequiredValue(question),
                AnswerField = parsed.GetRequiredValue(answer),
            };
            OutputFolder.Create(options.OutputPrefix);
            var result = InstructionJob.Run(options, tokenizer, context.Cancellation);
            context.WriteFacts(
            [
                ("written", $"{result.TextPrefix} and {result.RolePrefix} (.bin, .idx, .json)"),
                ("conversations", Quantity.Count(result.Conversations)),
                ("tokens", $"{Quantity.Count(result.Tokens)}, of which {Quantity.Count(result.AnswerTokens)} are answers"),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
