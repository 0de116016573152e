using Meditron.Llama;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Torch.Safetensors;
using Meditron.Training.Checkpoints;

namespace Meditron.Training.Parallel;

/// <summary>A copy of one rank's shard in host memory, taken between two steps and written to a file while training goes on.</summary>
public sealed class ShardSnapshot : IDisposable
{
    private readonly ShardedState state;
    private readonly Tensor[] buffers;
    private readonly (string Name, ShardSlice Slice, Tensor View)[] entries;

    /// <summary>Allocates the host buffers.</summary>
    /// <exception cref="TorchException">There is not enough memory.</exception>
    public ShardSnapshot(ShardedState state)
    {
        this.state = state;
        var length = state.Plan.ShardLength(state.Rank);
        buffers = [.. Enumerable.Range(0, 3).Select(_ => torch.zeros([length], ScalarType.Float32, Device.CPU))];
        string[] prefixes = ["", CheckpointTensors.ExpAvg, CheckpointTensors.ExpAvgSq];
        entries =
        [
            .. buffers.SelectMany((buffer, kind) => state.Slices.Where(slice => slice.Parameter.Dimension != ShardDimension.None || state.Plan.Layout.Shard.Index == 0).Select(slice =>
                (prefixes[kind] + slice.Parameter.Name, slice, buffer.narrow(0, slice.ShardOffset, slice.Length)))),
        ];
    }

    /// <summary>Bytes that a snapshot holds.</summary>
    public long Bytes => buffers.Sum(buffer => buffer.numel() * sizeof(float));

    /// <summary>Copies the shard's current weights and moments.</summary>
    public void Capture() => Capture(state.Borrow());

    /// <summary>Copies a version that was borrowed, while training goes on with the next, and gives it back; from any thread.</summary>
    /// <param name="slot">The version, from <see cref="ShardedState.Borrow"/>.</param>
    /// <exception cref="IOException">The version does not have its checksums: nothing may be saved from it.</exception>
    public void Capture(int slot)
    {
        try
        {
            var version = state.Version(slot);
            buffers[0].copy_(version.master);
            buffers[1].copy_(version.exp_avg);
            buffers[2].copy_(version.exp_avg_sq);
            state.VerifyCopy(slot, new AdamWState(buffers[0], buffers[1], buffers[2]));
        }
        finally
        {
            state.Return(slot);
        }
    }

    /// <summary>Writes the snapshot to its file, flushed, and computes the checksums of its blocks.</summary>
    /// <param name="folder">The folder of the checkpoint under way.</param>
    /// <param name="rank">The rank, for the file's name.</param>
    /// <param name="world">Ranks in all, for the file's name.</param>
    /// <exception cref="SafetensorsException">The disk is full or refuses.</exception>
    public CheckpointPart Write(string folder, int rank, int world)
    {
        var name = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"rank-{rank:D5}-of-{world:D5}.safetensors");
        var path = Path.Combine(folder, name);
        var checksums = new List<string>();
        long bytes;
        using (var writer = new SafetensorsWriter(
            path, entries.Select(entry => (entry.Name, ScalarType.Float32, (IReadOnlyList<long>)[entry.Slice.Length])), blocks: block => checksums.Add(BlockChecksums.Checksum(block))))
        {
            bytes = writer.Header.FileLength;
            foreach (var (key, _, view) in entries)
            {
                writer.Write(key, view);
            }

            writer.Complete();
        }

        return new CheckpointPart(
            new CheckpointFile(name, bytes, BlockChecksums.DefaultBlockBytes, checksums),
            [.. entries.Select(entry => new CheckpointPartSlice(entry.Name, entry.Slice.Parameter.GlobalShape, Slice(name, entry.Name, entry.Slice)))]);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var (_, _, view) in entries)
        {
            view.Dispose();
        }

        foreach (var buffer in buffers)
        {
            buffer.Dispose();
        }
    }

    private static CheckpointSlice Slice(string file, string key, ShardSlice slice)
    {
        var parameter = slice.Parameter;
        return parameter.Dimension switch
        {
            ShardDimension.Rows => new CheckpointSlice(file, key, parameter.Shard.Index * parameter.Length + slice.Start, slice.Length),
            ShardDimension.Columns => new CheckpointSlice(file, key, slice.Start, slice.Length, parameter.Shard.Index * parameter.Shape[1], parameter.Shape[1]),
            _ => new CheckpointSlice(file, key, slice.Start, slice.Length),
        };
    }
}
