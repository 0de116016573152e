using System.Security.Cryptography;
using System.Text.Json;
using Meditron.Torch;
using Meditron.Torch.Safetensors;

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

        var byName = Manifest.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
        var files = new Dictionary<string, SafetensorsFile>(StringComparer.Ordinal);
        try
        {
            foreach (var (name, destination) in destinations)
            {
                using var flat = destination.view(-1);
                foreach (var slice in byName[name].Slices)
                {
                    if (!files.TryGetValue(slice.File, out var file))
                    {
                        files.Add(slice.File, file = SafetensorsFile.Open(Path.Combine(Entry.Path, slice.File)));
                    }

                    using var source = file.Map(slice.Key);
                    using var sourceFlat = source.reshape(-1);
                    using var target = flat.narrow(0, slice.Start, slice.Length);
                    target.copy_(sourceFlat);
                }
            }
        }
        catch (SafetensorsException exception)
        {
            throw Bad(Entry, exception.Message, exception);
        }
        finally
        {
            foreach (var file in files.Values)
            {
                file.Dispose();
            }
        }
    }

    private static CheckpointException Bad(CheckpointEntry entry, string problem, Exception? cause = null)
    {
        var message = $"The checkpoint {entry.Path} cannot be used: {problem}. Resume from an earlier one (meditron.checkpoint.resume = PATH), or restore the file.";
        return cause is null ? new CheckpointException(message) : new CheckpointException(message, cause);
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

            var covered = tensor.Slices.OrderBy(slice => slice.Start).Aggregate(0L, (end, slice) => slice.Start == end ? end + slice.Length : -1);
            if (covered != destination.numel())
            {
                throw Bad(Entry, $"the slices of {name} do not cover its {destination.numel()} elements");
            }
        }
    }
}
