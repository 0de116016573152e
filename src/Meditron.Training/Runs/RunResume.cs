using Meditron.Llama;
using Meditron.Training.Checkpoints;
using Meditron.Training.Preparation;
using Meditron.Training.Settings;

namespace Meditron.Training.Runs;

/// <summary>Where a run starts from: the checkpoint that <c>meditron.checkpoint.resume</c> asks for, or the beginning.</summary>
/// <param name="Reader">The checkpoint, or null for the beginning.</param>
/// <param name="Rejected">Newer checkpoints that were passed over, each with what is wrong.</param>
/// <param name="Explicit">Whether the configuration names the checkpoint.</param>
public sealed record RunResume(CheckpointReader? Reader, IReadOnlyList<(CheckpointEntry Entry, string Problem)> Rejected, bool Explicit)
{
    /// <summary>Finds the checkpoint.</summary>
    /// <exception cref="CheckpointException">The one asked for does not exist or is damaged, or none was wanted and the run has some.</exception>
    public static RunResume Find(MeditronSettings settings, CheckpointStore store)
    {
        switch (settings.Checkpoint.Resume)
        {
            case "auto":
                var newest = store.NewestGood(out var rejected);
                return newest is null && rejected.Count > 0
                    ? throw new CheckpointException(
                        $"None of the {rejected.Count} checkpoints of {settings.Run.Path} can be used; the newest: {rejected[0].Problem} "
                        + "Restore one of them, or start again under another meditron.run.name.")
                    : new RunResume(newest, rejected, false);
            case "never":
                return store.List() is [.., var last]
                    ? throw new CheckpointException(
                        $"The run folder {settings.Run.Path} has checkpoints up to step {last.Step}, but meditron.checkpoint.resume is never. Choose another meditron.run.name, or move that folder away.")
                    : new RunResume(null, [], false);
            case var path:
                var entry = Directory.Exists(path) ? CheckpointEntry.FromFolder(path) : null;
                return entry is null
                    ? throw new CheckpointException($"There is no checkpoint at {path}, which meditron.checkpoint.resume names. Give the path of a step-NNNNNNNN folder, or auto.")
                    : new RunResume(CheckpointReader.Open(entry), [], true);
        }
    }

    /// <summary>Throws where the checkpoint is of another model or, unless the configuration names it, of other data.</summary>
    /// <exception cref="CheckpointException">The model or the data differ.</exception>
    public void RequireSame(LlamaConfig model, PreparedData data)
    {
        if (Reader is null)
        {
            return;
        }

        var manifest = Reader.Manifest;
        Reader.RequireModel(model);
        if (!Explicit && manifest.DataHash != data.Hash)
        {
            throw new CheckpointException(
                $"The checkpoint {Reader.Entry.Path} was trained on other data (hash {manifest.DataHash}) than the inputs now (hash {data.Hash}), so its position in them means nothing. "
                + "Restore the inputs, start a new run with another meditron.run.name, or name the checkpoint as meditron.checkpoint.resume to go on all the same.");
        }
    }
}
