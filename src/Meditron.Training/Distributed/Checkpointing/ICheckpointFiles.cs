using Meditron.Llama;
using Meditron.Training.Checkpoints;

namespace Meditron.Training.Distributed.Checkpointing;

/// <summary>A run's checkpoints on the disk that all of its processes share; given, so that a simulation can give others.</summary>
internal interface ICheckpointFiles
{
    /// <summary>The committed checkpoints, in the order of their steps.</summary>
    IReadOnlyList<CheckpointEntry> List();

    /// <summary>Whether a checkpoint's folder is there.</summary>
    bool Exists(string path);

    /// <summary>Commits a checkpoint whose parts are all written: manifest, flush, rename.</summary>
    /// <exception cref="CheckpointException">A part is missing or short, the parts do not cover a tensor, or the disk refuses.</exception>
    CheckpointEntry Commit(CheckpointPosition position, LlamaConfig model, CheckpointLayout layout, IReadOnlyList<CheckpointPart> parts);

    /// <summary>Deletes a checkpoint.</summary>
    /// <exception cref="IOException">The disk refuses.</exception>
    /// <exception cref="UnauthorizedAccessException">The disk refuses.</exception>
    void Delete(string path);

    /// <summary>What is wrong with a checkpoint as far as its manifest tells; null where nothing is.</summary>
    string? Problem(string path, LlamaConfig model);
}
