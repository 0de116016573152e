using System.Globalization;
using System.Security.Cryptography;
using System.Text.Json;
using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Safetensors;

namespace Meditron.Training.Checkpoints;

/// <summary>
/// The checkpoints of a run: writes them so that each is there whole and verified or not at all, lists them, finds the newest good one,
/// and deletes those that retention does not keep.
/// </summary>
/// <param name="folder">The run's checkpoint folder.</param>
public sealed class CheckpointStore(string folder)
{
    private const string PartialSuffix = ".partial";

    /// <summary>Largest shard in bytes.</summary>
    private const long ShardBytes = 4L << 30;

    /// <summary>The committed checkpoints, oldest first.</summary>
    public IReadOnlyList<CheckpointEntry> List() => Directory.Exists(folder)
        ? [.. Directory.EnumerateDirectories(folder).Select(CheckpointEntry.FromFolder).OfType<CheckpointEntry>().OrderBy(entry => entry.Step)]
        : [];

    /// <summary>Deletes what a process that died in the middle of a save left behind.</summary>
    /// <returns>The names of what was deleted.</returns>
    public IReadOnlyList<string> DeletePartial()
    {
        if (!Directory.Exists(folder))
        {
            return [];
        }

        var partial = Directory.EnumerateDirectories(folder, "*" + PartialSuffix).ToList();
        partial.ForEach(path => Directory.Delete(path, recursive: true));
        return [.. partial.Select(path => Path.GetFileName(path))];
    }

    /// <summary>The newest checkpoint whose every block is good.</summary>
    /// <param name="rejected">The newer ones that are not, each with what is wrong.</param>
    /// <returns>The checkpoint, or null where there is none.</returns>
    public CheckpointReader? NewestGood(out IReadOnlyList<(CheckpointEntry Entry, string Problem)> rejected)
    {
        var bad = new List<(CheckpointEntry, string)>();
        rejected = bad;
        foreach (var entry in List().Reverse())
        {
            try
            {
                var reader = CheckpointReader.Open(entry);
                if (reader.Verify() is [var problem, ..])
                {
                    bad.Add((entry, problem));
                    continue;
                }

                return reader;
            }
            catch (CheckpointException exception)
            {
                bad.Add((entry, exception.Message));
            }
        }

        return null;
    }

    /// <summary>Writes a checkpoint. When it returns, the checkpoint is on the disk; when it throws, earlier ones are as they were.</summary>
    /// <param name="position">Where training stands.</param>
    /// <param name="model">Shape of the model.</param>
    /// <param name="tensors">The training state, from <see cref="CheckpointTensors.Of"/>.</param>
    /// <exception cref="CheckpointException">The disk is full or refuses.</exception>
    public CheckpointEntry Save(CheckpointPosition position, LlamaConfig model, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        var path = Path.Combine(folder, CheckpointEntry.NameOf(position.Step));
        var partial = path + PartialSuffix;
        return Guarded(position.Step, partial, () =>
        {
            Directory.CreateDirectory(folder);
            RequireSpace(path, tensors.Sum(tensor => tensor.Tensor.numel() * sizeof(float)));
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }

            Directory.CreateDirectory(partial);
            var (entries, files) = WriteShards(partial, tensors);
            WriteManifest(partial, Manifest(position, model, new CheckpointLayout(1, 1, 1), entries, files));
            Replace(path, partial);
            return new CheckpointEntry(position.Step, path);
        });
    }

    /// <summary>
    /// The folder into which the ranks of a generation write their parts of a step's checkpoint, made where it is not there yet. No other generation
    /// writes into it, so what a failed one left behind is never mixed in.
    /// </summary>
    /// <exception cref="CheckpointException">The disk refuses.</exception>
    public string PartialFolder(int step, long generation)
    {
        var partial = Path.Combine(folder, string.Create(CultureInfo.InvariantCulture, $"{CheckpointEntry.NameOf(step)}.generation-{generation}{PartialSuffix}"));
        return Guarded(step, null, () =>
        {
            Directory.CreateDirectory(partial);
            return partial;
        });
    }

    /// <summary>Commits a checkpoint whose parts are all written: manifest, flush, rename.</summary>
    /// <param name="position">Where training stood.</param>
    /// <param name="model">Shape of the model.</param>
    /// <param name="layout">The layout that wrote the parts.</param>
    /// <param name="parts">What every rank wrote.</param>
    /// <exception cref="CheckpointException">A part is missing or short, the parts do not cover a tensor, or the disk refuses; earlier checkpoints are as they were.</exception>
    public CheckpointEntry Commit(CheckpointPosition position, LlamaConfig model, CheckpointLayout layout, IReadOnlyList<CheckpointPart> parts)
    {
        var path = Path.Combine(folder, CheckpointEntry.NameOf(position.Step));
        var partial = PartialFolder(position.Step, position.Generation);
        return Guarded(position.Step, partial, () =>
        {
            foreach (var part in parts)
            {
                var file = new FileInfo(Path.Combine(partial, part.File.Name));
                if (!file.Exists || file.Length != part.File.Bytes)
                {
                    throw new IOException($"{part.File.Name} {(file.Exists ? $"has {file.Length} bytes where its writer reported {part.File.Bytes}" : "is not there")}.");
                }
            }

            var tensors = parts.SelectMany(part => part.Slices)
                .GroupBy(slice => slice.Tensor, StringComparer.Ordinal)
                .Select(group => new CheckpointTensor(group.Key, group.First().Shape, [.. group.Select(slice => slice.Slice).OrderBy(slice => slice.FirstColumn).ThenBy(slice => slice.Start)]))
                .OrderBy(tensor => tensor.Name, StringComparer.Ordinal)
                .ToList();
            foreach (var tensor in tensors.Where(tensor => tensor.Slices.Sum(slice => slice.Length) != tensor.Shape.Aggregate(1L, (product, size) => product * size)))
            {
                throw new IOException($"The parts do not cover {tensor.Name}.");
            }

            WriteManifest(partial, Manifest(position, model, layout, tensors, [.. parts.Select(part => part.File).OrderBy(file => file.Name, StringComparer.Ordinal)]));
            Replace(path, partial);
            return new CheckpointEntry(position.Step, path);
        });
    }

    /// <summary>Deletes the checkpoints that are kept neither as one of the last nor as one of every so many steps.</summary>
    /// <param name="keepLast">Newest checkpoints to keep; 0 keeps all.</param>
    /// <param name="keepEvery">Checkpoints whose step divides by this are kept; 0 for none.</param>
    /// <returns>The deleted checkpoints.</returns>
    public IReadOnlyList<CheckpointEntry> Retain(int keepLast, int keepEvery)
    {
        if (keepLast == 0)
        {
            return [];
        }

        var doomed = List().SkipLast(keepLast).Where(entry => keepEvery == 0 || entry.Step % keepEvery != 0).ToList();
        doomed.ForEach(entry => Directory.Delete(entry.Path, recursive: true));
        return doomed;
    }

    private static (List<CheckpointTensor> Tensors, List<CheckpointFile> Files) WriteShards(string partial, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        var shards = Shards(tensors);
        var files = new List<CheckpointFile>();
        var entries = new List<CheckpointTensor>();
        for (var shard = 0; shard < shards.Count; shard++)
        {
            var name = string.Create(CultureInfo.InvariantCulture, $"state-{shard + 1:D5}-of-{shards.Count:D5}.safetensors");
            var file = Path.Combine(partial, name);
            using (var writer = new SafetensorsWriter(file, shards[shard].Select(tensor => (tensor.Name, ScalarType.Float32, (IReadOnlyList<long>)tensor.Tensor.shape.ToArray()))))
            {
                foreach (var (key, tensor) in shards[shard])
                {
                    writer.Write(key, tensor);
                    entries.Add(new CheckpointTensor(key, tensor.shape.ToArray(), [new CheckpointSlice(name, key, 0, tensor.numel())]));
                }

                writer.Complete();
            }

            files.Add(BlockChecksums.Compute(file));
        }

        return (entries, files);
    }

    private static CheckpointManifest Manifest(
        CheckpointPosition position, LlamaConfig model, CheckpointLayout layout, IReadOnlyList<CheckpointTensor> tensors, IReadOnlyList<CheckpointFile> files) => new()
        {
            Step = position.Step,
            Updates = position.Updates,
            SkippedSteps = position.SkippedSteps,
            SamplesConsumed = position.SamplesConsumed,
            Generation = position.Generation,
            Layout = layout,
            Model = model,
            TokenizerHash = position.TokenizerHash,
            DataHash = position.DataHash,
            Configuration = position.Configuration,
            ValidationLoss = position.ValidationLoss,
            History = position.History,
            Rollbacks = position.Rollbacks,
            Tensors = tensors,
            Files = files,
        };

    private static T Guarded<T>(int step, string? partial, Func<T> write)
    {
        try
        {
            return write();
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SafetensorsException)
        {
            if (partial is not null)
            {
                DeleteQuietly(partial);
            }

            throw new CheckpointException(
                $"The checkpoint of step {step} could not be written: {exception.Message} Earlier checkpoints are as they were. "
                + "Free space or permissions there, or lower meditron.checkpoint.keep-last.",
                exception);
        }
    }

    private static void Replace(string path, string partial)
    {
        var old = path + ".old" + PartialSuffix;
        if (Directory.Exists(path))
        {
            Directory.Move(path, old);
        }

        Directory.Move(partial, path);
        DurableFile.FlushFolderOf(path);
        if (Directory.Exists(old))
        {
            Directory.Delete(old, recursive: true);
        }
    }

    private static void WriteManifest(string partial, CheckpointManifest manifest)
    {
        var text = JsonSerializer.SerializeToUtf8Bytes(manifest, CheckpointJson.Default.CheckpointManifest);
        var checksum = System.Text.Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(text)) + "\n");
        DurableFile.WriteAllBytes(Path.Combine(partial, CheckpointEntry.ManifestName), text);
        DurableFile.WriteAllBytes(Path.Combine(partial, CheckpointEntry.ManifestChecksumName), checksum);
        DurableFile.FlushFolderOf(Path.Combine(partial, CheckpointEntry.ManifestName));
    }

    private static List<List<(string Name, Tensor Tensor)>> Shards(IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        var shards = new List<List<(string, Tensor)>>();
        long size = 0;
        foreach (var tensor in tensors)
        {
            var bytes = tensor.Tensor.numel() * sizeof(float);
            if (shards.Count == 0 || size + bytes > ShardBytes)
            {
                shards.Add([]);
                size = 0;
            }

            shards[^1].Add(tensor);
            size += bytes;
        }

        return shards;
    }

    private static void RequireSpace(string path, long bytes)
    {
        var free = new DriveInfo(Path.GetDirectoryName(Path.GetFullPath(path))!).AvailableFreeSpace;
        if (free < bytes)
        {
            throw new IOException($"It takes {bytes >> 20} MiB, and {free >> 20} MiB are free.");
        }
    }

    private static void DeleteQuietly(string path)
    {
        try
        {
            Directory.Delete(path, recursive: true);
        }
        catch (IOException)
        {
            // The next start deletes what is left.
        }
        catch (UnauthorizedAccessException)
        {
            // As above.
        }
    }
}
