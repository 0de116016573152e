using Meditron.Torch;
using Meditron.Torch.Safetensors;

namespace Meditron.Training.Checkpoints;

/// <summary>Reads parts of a checkpoint's tensors, whatever layout wrote them; the blocks that hold a part are checked before it is used.</summary>
public sealed class CheckpointSource : IDisposable
{
    private readonly CheckpointReader reader;
    private readonly Dictionary<string, CheckpointTensor> tensors;
    private readonly Dictionary<string, (SafetensorsFile File, CheckpointFile Blocks, bool[] Checked)> files = new(StringComparer.Ordinal);

    internal CheckpointSource(CheckpointReader reader)
    {
        this.reader = reader;
        tensors = reader.Manifest.Tensors.ToDictionary(tensor => tensor.Name, StringComparer.Ordinal);
    }

    /// <summary>Reads a run of a flattened tensor.</summary>
    /// <param name="name">The tensor.</param>
    /// <param name="start">First element in the flattened global tensor.</param>
    /// <param name="destination">Flat, Float32; as long as the run.</param>
    /// <exception cref="CheckpointException">A block is damaged, the tensor is missing or does not reach so far.</exception>
    public void Read(string name, long start, Tensor destination)
    {
        if (!tensors.TryGetValue(name, out var tensor))
        {
            throw reader.Bad($"it has no tensor {name}");
        }

        var columns = tensor.Shape[^1];
        var end = start + destination.numel();
        long copied = 0;
        foreach (var slice in tensor.Slices)
        {
            copied += Copy(slice, columns, start, end, destination);
        }

        if (copied != destination.numel())
        {
            throw reader.Bad($"its slices of {name} have {copied} of the {destination.numel()} elements from {start} on");
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (file, _, _) in files.Values)
        {
            file.Dispose();
        }
    }

    private long Copy(CheckpointSlice slice, long columns, long start, long end, Tensor destination)
    {
        long copied = 0;
        Tensor? mapped = null;
        try
        {
            foreach (var (global, local, length) in slice.Runs(columns))
            {
                var from = Math.Max(global, start);
                var to = Math.Min(global + length, end);
                if (from >= to)
                {
                    continue;
                }

                mapped ??= Map(slice);
                Check(slice, local + from - global, to - from);
                using var source = mapped.narrow(0, local + from - global, to - from);
                using var target = destination.narrow(0, from - start, to - from);
                target.copy_(source);
                copied += to - from;
            }
        }
        finally
        {
            mapped?.Dispose();
        }

        return copied;
    }

    private Tensor Map(CheckpointSlice slice)
    {
        try
        {
            using var tensor = Open(slice.File).File.Map(slice.Key);
            return tensor.reshape(-1);
        }
        catch (SafetensorsException exception)
        {
            throw reader.Bad(exception.Message, exception);
        }
    }

    private (SafetensorsFile File, CheckpointFile Blocks, bool[] Checked) Open(string name)
    {
        if (files.TryGetValue(name, out var open))
        {
            return open;
        }

        var blocks = reader.Manifest.Files.FirstOrDefault(file => file.Name == name) ?? throw reader.Bad($"its manifest does not list {name}");
        var path = Path.Combine(reader.Entry.Path, name);
        var length = File.Exists(path) ? new FileInfo(path).Length : -1;
        if (length != blocks.Bytes)
        {
            throw reader.Bad(length < 0 ? $"{name} is missing" : $"{name} has {length} bytes where the manifest has {blocks.Bytes}");
        }

        // The header decides where tensors lie, so its block is checked before it is parsed.
        CheckBlock(path, blocks, 0);
        open = (SafetensorsFile.Open(path), blocks, new bool[blocks.Checksums.Count]);
        open.Checked[0] = true;
        files.Add(name, open);
        return open;
    }

    private void Check(CheckpointSlice slice, long first, long count)
    {
        var (file, blocks, done) = Open(slice.File);
        var begin = file.Entry(slice.Key).Offset + first * sizeof(float);
        var end = begin + count * sizeof(float);
        for (var block = (int)(begin / blocks.BlockBytes); (long)block * blocks.BlockBytes < end; block++)
        {
            if (!done[block])
            {
                CheckBlock(Path.Combine(reader.Entry.Path, slice.File), blocks, block);
                done[block] = true;
            }
        }
    }

    private void CheckBlock(string path, CheckpointFile blocks, int block)
    {
        try
        {
            if (BlockChecksums.MismatchOfBlock(path, blocks, block) is { } problem)
            {
                throw reader.Bad(problem);
            }
        }
        catch (IOException exception)
        {
            throw reader.Bad($"{blocks.Name} cannot be read ({exception.Message})", exception);
        }
    }
}
