using Meditron.Data.Tokenization;
using Meditron.Training.Checkpoints;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli;

/// <summary>Finds what a user names: a run by name or folder, a checkpoint of it, and the tokenizer it was trained with.</summary>
internal static class CheckpointLocation
{
    /// <summary>The folder of a run, given as a folder or as a name under <c>runs/</c>.</summary>
    /// <exception cref="CheckpointException">There is none.</exception>
    public static RunFolder Run(string given)
    {
        foreach (var path in new[] { given, Path.Combine(SettingsLoader.Defaults.Run.Folder, given) })
        {
            if (Directory.Exists(new RunFolder(path).Checkpoints))
            {
                return new RunFolder(path);
            }
        }

        throw new CheckpointException($"There is no run {given}: neither {new RunFolder(given).Checkpoints} nor {new RunFolder(Path.Combine(SettingsLoader.Defaults.Run.Folder, given)).Checkpoints} exists. Give the run's folder or its name under {SettingsLoader.Defaults.Run.Folder}/.");
    }

    /// <summary>A checkpoint, given as its folder, or the newest good one of a run.</summary>
    /// <exception cref="CheckpointException">There is none that can be used.</exception>
    public static CheckpointReader Checkpoint(string given)
    {
        if (Directory.Exists(given) && CheckpointEntry.FromFolder(given) is { } entry)
        {
            return CheckpointReader.Open(entry);
        }

        var run = Run(given);
        return new CheckpointStore(run.Checkpoints).NewestGood(out var rejected)
            ?? throw new CheckpointException(rejected.Count == 0
                ? $"The run {run.Path} has no checkpoint yet."
                : $"None of the {rejected.Count} checkpoints of {run.Path} can be used; the newest: {rejected[0].Problem}");
    }

    /// <summary>The path of the tokenizer model that a checkpoint was trained with and the tokenizer, or null where it cannot be found.</summary>
    public static (string Path, MeditronTokenizer Tokenizer)? Tokenizer(CheckpointReader reader)
    {
        if (reader.Manifest.TokenizerHash.Length == 0 || reader.Manifest.Configuration.Length == 0)
        {
            return null;
        }

        var data = SettingsLoader.LoadText($"the configuration in {reader.Entry.Path}", reader.Manifest.Configuration).Settings.Data;
        var run = new RunFolder(Path.GetDirectoryName(Path.GetDirectoryName(Path.GetFullPath(reader.Entry.Path)))!);
        var cache = data.Cache.Length > 0 ? data.Cache : run.Data;
        var candidates = data.Tokenizer.Model.Length > 0 ? [data.Tokenizer.Model] : Directory.Exists(cache) ? Directory.EnumerateFiles(cache, "*.model").Order(StringComparer.Ordinal) : Enumerable.Empty<string>();
        foreach (var path in candidates.Where(File.Exists))
        {
            var tokenizer = MeditronTokenizer.Load(path, new MeditronTokenizerOptions { NewTokens = data.Tokenizer.NewTokens });
            if (tokenizer.Hash == reader.Manifest.TokenizerHash)
            {
                return (path, tokenizer);
            }

            tokenizer.Dispose();
        }

        return null;
    }
}
