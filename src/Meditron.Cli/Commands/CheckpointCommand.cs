using System.CommandLine;
using Meditron.Llama;
using Meditron.Llama.HuggingFace;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Checkpoints;
using Meditron.Training.Optimization;
using Meditron.Training.Runs;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron checkpoint</c>: lists and verifies checkpoints, and turns them into Hugging Face folders and back.</summary>
internal static class CheckpointCommand
{
    /// <summary>The command with its subcommands.</summary>
    public static Command Create()
    {
        var command = new Command("checkpoint", "List, verify, export and import checkpoints.");
        command.Subcommands.Add(CreateList());
        command.Subcommands.Add(CreateVerify());
        command.Subcommands.Add(CreateExport());
        command.Subcommands.Add(CreateImport());
        command.OnRunHelp();
        return command;
    }

    private static Command CreateList()
    {
        var command = new Command("list", "List the checkpoints of a run.");
        var run = new Argument<string>("RUN") { Description = "A run's name or folder." };
        command.Arguments.Add(run);
        command.OnRun((parsed, context) =>
        {
            var folder = CheckpointLocation.Run(parsed.GetRequiredValue(run));
            var entries = new CheckpointStore(folder.Checkpoints).List();
            context.WriteLine($"{"step",10}  {"samples",12}  {"validation",10}  {"size",9}  folder");
            foreach (var entry in entries)
            {
                context.WriteLine(Describe(entry));
            }

            context.WriteLine(entries.Count == 0 ? $"{folder.Path} has no checkpoint yet." : $"{entries.Count} checkpoint{(entries.Count == 1 ? "" : "s")}; `meditron checkpoint verify` reads them through.");
            return ExitCodes.Ok;
        });
        return command;
    }

    private static string Describe(CheckpointEntry entry)
    {
        try
        {
            var manifest = CheckpointReader.Open(entry).Manifest;
            return $"{manifest.Step,10}  {Quantity.Count(manifest.SamplesConsumed),12}  {(manifest.ValidationLoss is { } loss ? Quantity.Fixed(loss) : "-"),10}  {Quantity.Bytes(manifest.Bytes),9}  {entry.Path}";
        }
        catch (CheckpointException e)
        {
            return $"{entry.Step,10}  DAMAGED: {e.Message}";
        }
    }

    private static Command CreateVerify()
    {
        var command = new Command("verify", "Check every byte of a checkpoint, or of all checkpoints of a run.");
        var given = new Argument<string>("RUN-OR-CHECKPOINT") { Description = "A run's name or folder, or a checkpoint's folder." };
        command.Arguments.Add(given);
        command.OnRun((parsed, context) =>
        {
            var path = parsed.GetRequiredValue(given);
            var entries = Directory.Exists(path) && CheckpointEntry.FromFolder(path) is { } one ? [one] : new CheckpointStore(CheckpointLocation.Run(path).Checkpoints).List();
            var damaged = 0;
            foreach (var entry in entries)
            {
                context.Cancellation.ThrowIfCancellationRequested();
                var problems = Problems(entry);
                damaged += problems.Count > 0 ? 1 : 0;
                context.WriteLine($"{entry.Path}: {(problems.Count == 0 ? "good" : "DAMAGED")}");
                foreach (var problem in problems)
                {
                    context.WriteLine($"  {problem}");
                }
            }

            return damaged == 0 ? ExitCodes.Ok : throw new CheckpointException($"{damaged} of {entries.Count} checkpoints of {path} {(damaged == 1 ? "is" : "are")} damaged; training resumes from the newest good one. Delete what is damaged, or restore it from a copy.");
        });
        return command;
    }

    private static IReadOnlyList<string> Problems(CheckpointEntry entry)
    {
        try
        {
            return CheckpointReader.Open(entry).Verify();
        }
        catch (CheckpointException e)
        {
            return [e.Message];
        }
    }

    private static Command CreateExport()
    {
        var command = new Command("export", "Write the weights of a checkpoint as a Hugging Face folder, with its tokenizer.");
        var given = new Argument<string>("RUN-OR-CHECKPOINT") { Description = "A run's name or folder (its newest good checkpoint), or a checkpoint's folder." };
        var output = new Option<string>("--output", "-o") { Description = "The folder to write.", HelpName = "FOLDER", Required = true };
        var dtype = new Option<string>("--dtype") { Description = "fp32, bf16 or fp16.", HelpName = "TYPE", DefaultValueFactory = _ => "fp32" };
        var overwrite = new Option<bool>("--overwrite") { Description = "Replace what the folder holds." };
        dtype.AcceptOnlyFromAmong("fp32", "bf16", "fp16");
        command.Arguments.Add(given);
        foreach (var option in new Option[] { output, dtype, overwrite })
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) =>
        {
            using var loaded = LoadedModel.Load(parsed.GetRequiredValue(given), null, Precision.Fp32, Device.CPU);
            Export(loaded, parsed.GetRequiredValue(output), parsed.GetRequiredValue(dtype), parsed.GetValue(overwrite), context);
            return ExitCodes.Ok;
        });
        return command;
    }

    private static void Export(LoadedModel loaded, string output, string dtype, bool overwrite, CliContext context)
    {
        // Hugging Face calls the file tokenizer.model, whatever it is called here.
        var temporary = Directory.CreateTempSubdirectory("meditron-export-");
        try
        {
            var files = new List<string>();
            if (loaded.TokenizerPath is { } path)
            {
                files.Add(Path.Combine(temporary.FullName, "tokenizer.model"));
                File.Copy(path, files[0]);
            }

            var config = new HuggingFaceConfig
            {
                Model = loaded.Parameters.Layout.Config,
                Dtype = dtype switch { "bf16" => ScalarType.BFloat16, "fp16" => ScalarType.Float16, _ => ScalarType.Float32 },
            };
            if (loaded.Tokenizer is { } tokenizer)
            {
                config = config with { BosTokenId = tokenizer.Model.Begin, EosTokenId = tokenizer.Model.End, PadTokenId = tokenizer.Pad };
            }

            HuggingFaceExport.Save(output, config, loaded.Parameters.Layout, loaded.Parameters.Master.Flat, new HuggingFaceSaveOptions { Overwrite = overwrite, AdditionalFiles = files });
        }
        finally
        {
            temporary.Delete(recursive: true);
        }

        context.WriteFacts(
        [
            ("from", loaded.Source),
            ("written", output),
            ("parameters", $"{Quantity.Count(loaded.Parameters.Layout.Config.ParameterCount)} in {dtype}"),
            ("tokenizer", loaded.TokenizerPath is null ? "not found, so it is not in the folder" : "tokenizer.model"),
        ]);
    }

    private static Command CreateImport()
    {
        var command = new Command("import", "Turn a Hugging Face folder into a checkpoint at step 0 of a run, to train on from it.");
        var folder = new Argument<string>("FOLDER") { Description = "The Hugging Face folder." };
        command.Arguments.Add(folder);
        var options = new ConfigOptions(command);
        command.OnRun((parsed, context) =>
        {
            var from = parsed.GetRequiredValue(folder);
            using var source = HuggingFaceCheckpoint.Open(from);
            var loaded = options.Load(parsed, $"meditron.model.from={from}");
            var settings = loaded.Settings;
            var model = settings.Model.Over(source.Config.Model);
            IKernels kernels = new FusedKernels();
            var store = new CheckpointStore(new RunFolder(settings.Run.Path).Checkpoints);
            if (store.List() is [.., var last])
            {
                throw new CheckpointException($"The run {settings.Run.Path} has checkpoints up to step {last.Step} already. Name another run with -c meditron.run.name=NAME.");
            }

            using var parameters = new ParameterStore(ParameterLayout.Create(model), Precision.Fp32, Device.CPU, kernels);
            source.Load(parameters.Layout, parameters.Master.Flat);
            using var optimizer = new AdamWOptimizer(parameters, new AdamWOptions(), kernels);
            var position = new CheckpointPosition { Step = 0, Updates = 0, SkippedSteps = 0, SamplesConsumed = 0, Configuration = loaded.ToHocon() };
            var entry = store.Save(position, model, CheckpointTensors.Of(parameters, optimizer));
            context.WriteFacts(
            [
                ("from", from),
                ("written", entry.Path),
                ("parameters", Quantity.Count(model.ParameterCount)),
                ("train on", $"meditron train -c meditron.model.from={from} -c meditron.run.name={settings.Run.Name} -c meditron.checkpoint.resume={entry.Path} ..."),
            ]);
            return ExitCodes.Ok;
        });
        return command;
    }
}
