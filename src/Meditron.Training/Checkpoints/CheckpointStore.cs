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
        try
        {
            Directory.CreateDirectory(folder);
            RequireSpace(path, tensors.Sum(tensor => tensor.Tensor.numel() * sizeof(float)));
            if (Directory.Exists(partial))
            {
                Directory.Delete(partial, recursive: true);
            }

            Directory.CreateDirectory(partial);
            WriteManifest(partial, WriteShards(partial, position, model, tensors));
            Replace(path, partial);
            return new CheckpointEntry(position.Step, path);
        }
        catch (Exception exception) when (exception is IOException or UnauthorizedAccessException or SafetensorsException)
        {
            DeleteQuietly(partial);
            throw new CheckpointException(
                $"The checkpoint of step {position.Step} could not be written to {path}: {exception.Message} Earlier checkpoints are as they were. "
                + "Free space or permissions there, or lower meditron.checkpoint.keep-last.",
                exception);
        }
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

    private static CheckpointManifest WriteShards(
        string partial, CheckpointPosition position, LlamaConfig model, IReadOnlyList<(string Name, Tensor Tensor)> tensors)
    {
        var shards = Shards(tensors);
        var files = new List<CheckpointFile>();
        var entries = new List<CheckpointTensor>();
        for (var shard = 0; shard < shards.Count; shard++)
        {
            var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"state-{shard + 1:D5}-of-{shards.Count:D5}.safetensors");
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

        return new CheckpointManifest
        {
            Step = position.Step,
            Updates = position.Updates,
            SkippedSteps = position.SkippedSteps,
            SamplesConsumed = position.SamplesConsumed,
            Generation = position.Generation,
            Layout = new CheckpointLayout(1, 1, 1),
            Model = model,
            TokenizerHash = position.TokenizerHash,
            DataHash = position.DataHash,
            Configuration = position.Configuration,
            ValidationLoss = position.ValidationLoss,
            Tensors = entries,
            Files = files,
        };
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
