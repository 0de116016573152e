using Meditron.Llama;
using Meditron.Training.Checkpoints;

namespace Meditron.Training.Distributed.Checkpointing;

/// <summary>A run's checkpoints in a folder.</summary>
/// <param name="folder">The folder.</param>
internal sealed class CheckpointFiles(string folder) : ICheckpointFiles
{
    private readonly CheckpointStore store = new(folder);

    /// <inheritdoc/>
    public IReadOnlyList<CheckpointEntry> List() => store.List();

    /// <inheritdoc/>
    public bool Exists(string path) => Directory.Exists(path);

    /// <inheritdoc/>
    public CheckpointEntry Commit(CheckpointPosition position, LlamaConfig model, CheckpointLayout layout, IReadOnlyList<CheckpointPart> parts) =>
        store.Commit(position, model, layout, parts);

    /// <inheritdoc/>
    public void Delete(string path) => Directory.Delete(path, recursive: true);

    /// <inheritdoc/>
    public string? Problem(string path, LlamaConfig model)
    {
        try
        {
            CheckpointReader.Open(CheckpointEntry.FromFolder(path)!).RequireModel(model);
            return null;
        }
        catch (CheckpointException exception)
        {
            return exception.Message;
        }
    }
}
