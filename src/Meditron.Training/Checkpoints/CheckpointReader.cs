using System.Security.Cryptography;
using System.Text.Json;
using Meditron.Torch;

namespace Meditron.Training.Checkpoints;

/// <summary>Reads one checkpoint; every byte's checksum is checked before it is used.</summary>
public sealed class CheckpointReader
{
    private CheckpointReader(CheckpointEntry entry, CheckpointManifest manifest)
    {
        Entry = entry;
        Manifest = manifest;
    }

    /// <summary>The checkpoint.</summary>
    public CheckpointEntry Entry { get; }

    /// <summary>What it holds.</summary>
    public CheckpointManifest Manifest { get; }

    /// <summary>Opens a checkpoint and checks its manifest; the shards are checked by <see cref="Verify"/> or <see cref="Load"/>.</summary>
    /// <exception cref="CheckpointException">The manifest is missing, damaged, or of another format.</exception>
    public static CheckpointReader Open(CheckpointEntry entry)
    {
        var path = Path.Combine(entry.Path, CheckpointEntry.ManifestName);
        byte[] text;
        string expected;
        try
        {
            text = File.ReadAllBytes(path);
            expected = File.ReadAllText(Path.Combine(entry.Path, CheckpointEntry.ManifestChecksumName)).Trim();
        }
        catch (IOException exception)
        {
            throw Bad(entry, $"its manifest cannot be read ({exception.Message})", exception);
        }

        if (!Convert.ToHexStringLower(SHA256.HashData(text)).Equals(expected, StringComparison.Ordinal))
        {
            throw Bad(entry, $"{CheckpointEntry.ManifestName} does not have the checksum in {CheckpointEntry.ManifestChecksumName}");
        }

        try
        {
            var manifest = JsonSerializer.Deserialize(text, CheckpointJson.Default.CheckpointManifest) ?? throw new JsonException("it is empty");
            return manifest.Format == CheckpointManifest.CurrentFormat
                ? new CheckpointReader(entry, manifest)
                : throw Bad(entry, $"its format is {manifest.Format} where {CheckpointManifest.CurrentFormat} is read by this version");
        }
        catch (JsonException exception)
        {
            throw Bad(entry, $"{CheckpointEntry.ManifestName} is not a manifest ({exception.Message})", exception);
        }
    }

    /// <summary>Checks every block of every file.</summary>
    /// <returns>What is wrong, one sentence each; empty where nothing is.</returns>
    public IReadOnlyList<string> Verify()
    {
        var problems = new List<string>();
        foreach (var file in Manifest.Files)
        {
            if (BlockChecksums.Mismatch(Path.Combine(Entry.Path, file.Name), file) is { } problem)
            {
                problems.Add(problem);
            }
        }

        return problems;
    }

    /// <summary>Checks the checkpoint, then copies its tensors into the given ones.</summary>
    /// <param name="destinations">Names and tensors of the same shapes; tensors of the checkpoint that are not named are left out.</param>
    /// <exception cref="CheckpointException">A block is damaged, a tensor is missing or has another shape. No destination was changed.</exception>
    public void Load(IReadOnlyList<(string Name, Tensor Tensor)> destinations)
    {
        CheckShapes(destinations);
        if (Verify() is [var problem, ..])
        {
            throw Bad(Entry, problem);
        }

        using var source = new CheckpointSource(this);
        foreach (var (name, destination) in destinations)
        {
            using var flat = destination.view(-1);
            source.Read(name, 0, flat);
        }
    }

    /// <summary>Throws where the checkpoint is of another model.</summary>
    /// <exception cref="CheckpointException">The shapes differ.</exception>
    public void RequireModel(Llama.LlamaConfig model)
    {
        if (Manifest.Model != model)
        {
            throw new CheckpointException(
                $"The checkpoint {Entry.Path} is of another model than the configuration: {Manifest.Model} there, {model} here. "
                + "Change meditron.model, or start a new run with another meditron.run.name.");
        }
    }

    /// <summary>Opens the checkpoint for reading parts of tensors; each block is checked when it is first read.</summary>
    public CheckpointSource OpenSource() => new(this);

    /// <summary>An error about this checkpoint.</summary>
    internal CheckpointException Bad(string problem, Exception? cause = null) => Bad(Entry, problem, cause);

    private static CheckpointException Bad(CheckpointEntry entry, string problem, Exception? cause = null)
    {
        var message = $"The checkpoint {entry.Path} cannot be used: {problem}. Resume from an earlier one (meditron.checkpoint.resume = PATH), or restore the file.";
        return cause is null ? new CheckpointException(message) { Folder = entry.Path } : new CheckpointException(message, cause) { Folder = entry.Path };
    }

    private void CheckShapes(IReadOnlyList<(string Name, Tensor Tensor)> destinations)
    {
        var byName = Manifest.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        foreach (var (name, destination) in destinations)
        {
            if (!byName.TryGetValue(name, out var tensor))
            {
                throw new CheckpointException($"The checkpoint {Entry.Path} has no tensor {name}, which the model needs. It was written by another model; start a new run or name that model's configuration.");
            }

            if (!tensor.Shape.SequenceEqual(destination.shape.ToArray()))
            {
                throw new CheckpointException(
                    $"The checkpoint {Entry.Path} has {name} as [{string.Join(", ", tensor.Shape)}], but the model needs [{string.Join(", ", destination.shape.ToArray())}]. "
                    + "It was written by a model of another shape; start a new run (meditron.run.name) or name that model's configuration.");
            }

            if (tensor.Slices.Sum(slice => slice.Length) != destination.numel())
            {
                throw Bad(Entry, $"the slices of {name} do not cover its {destination.numel()} elements");
            }
        }
    }
}
