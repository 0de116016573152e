using System.CommandLine;
using System.Text;
using Meditron.Data;
using Meditron.Data.Tokenization;
using Meditron.Llama;
using Meditron.Llama.Generation;
using Meditron.Torch;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron generate</c>: continues a text with a trained model.</summary>
internal static class GenerateCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("generate", "Continue a text with a trained model. What it writes is no medical advice.");
        var model = new Argument<string>("MODEL") { Description = "A run's name or folder, a checkpoint's folder, or a Hugging Face folder." };
        var prompt = new Option<string>("--prompt", "-p") { Description = "The text to continue; - reads it from standard input.", HelpName = "TEXT", Required = true };
        var tokens = new Option<int>("--tokens", "-n") { Description = "Most tokens to write.", HelpName = "N", DefaultValueFactory = _ => 128 };
        var temperature = new Option<double>("--temperature") { Description = "0 takes the likeliest token each time.", HelpName = "X", DefaultValueFactory = _ => new SamplingOptions().Temperature };
        var topK = new Option<int>("--top-k") { Description = "Draw among so many likeliest tokens; 0: all.", HelpName = "N" };
        var topP = new Option<double>("--top-p") { Description = "Draw among the likeliest tokens of this total probability.", HelpName = "X", DefaultValueFactory = _ => 1.0 };
        var seed = new Option<int>("--seed") { Description = "The same seed draws the same tokens.", HelpName = "N", DefaultValueFactory = _ => new SamplingOptions().Seed };
        var tokenizer = new Option<string?>("--tokenizer", "-t") { Description = "A SentencePiece .model instead of the model's own.", HelpName = "FILE" };
        var device = new Option<string>("--device") { Description = "auto, cpu, cuda or cuda:N.", HelpName = "NAME", DefaultValueFactory = _ => "auto" };
        var bf16 = new Option<bool>("--bf16") { Description = "Compute in bf16." };
        command.Arguments.Add(model);
        foreach (var option in new Option[] { prompt, tokens.AtLeast(1), temperature, topK.AtLeast(0), topP, seed, tokenizer, device, bf16 })
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) =>
        {
            var sampler = new TokenSampler(new SamplingOptions { Temperature = parsed.GetValue(temperature), TopK = parsed.GetValue(topK), TopP = parsed.GetValue(topP), Seed = parsed.GetValue(seed) });
            using var loaded = LoadedModel.Load(parsed.GetRequiredValue(model), parsed.GetValue(tokenizer), parsed.GetValue(bf16) ? Precision.Bf16 : Precision.Fp32, DeviceOption.Resolve(parsed.GetRequiredValue(device)));
            var text = parsed.GetRequiredValue(prompt);
            Write(loaded, text == "-" ? Console.In.ReadToEnd() : text, parsed.GetValue(tokens), sampler, context);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Write(LoadedModel loaded, string prompt, int count, TokenSampler sampler, CliContext context)
    {
        var tokenizer = loaded.Tokenizer ?? throw new TokenizerModelException($"could not find the tokenizer that belongs to {loaded.Source}. Name it with --tokenizer.");
        var ids = tokenizer.Encode(prompt);
        if (ids.Length == 0)
        {
            throw new TokenizerModelException("could not continue an empty text. Give at least one word as --prompt.");
        }

        var positions = loaded.Parameters.Layout.Config.MaxPositions;
        if (ids.Length >= positions)
        {
            throw new VocabularyException($"the prompt has {ids.Length} tokens, but the model covers {positions} positions. Shorten it.");
        }

        using var generator = new LlamaGenerator(loaded.Parameters, loaded.Kernels, Math.Min(positions, ids.Length + count));
        var made = new List<int>(ids);
        var written = tokenizer.Decode([.. made]).Length;
        var output = context.Console.Profile.Out.Writer;
        output.Write(prompt);
        foreach (var token in generator.Generate(ids, count, sampler, token => token == tokenizer.EndOfDocument || token >= tokenizer.VocabularySize))
        {
            context.Cancellation.ThrowIfCancellationRequested();
            made.Add(token);
            var text = tokenizer.Decode([.. made]);

            // A character of several byte tokens is written once it is whole.
            if (text.Length > written && !text.EndsWith('\ufffd'))
            {
                output.Write(text[written..]);
                output.Flush();
                written = text.Length;
            }
        }

        output.WriteLine();
    }
}
