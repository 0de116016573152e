using Google.Protobuf;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Distributed.Workers;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Simulation.Jobs;

/// <summary>Copies and writes a device's parts of checkpoints, one after the other, while the device goes on.</summary>
internal sealed class ShardWriter(TrainingSite site, NodeProcess process, Action<DeviceSaved> saved)
{
    private readonly SeededRandom _random = site.World.Random($"writer/{site.NextNumber()}");
    private readonly Queue<Part> _parts = new();
    private readonly int[] _readers = new int[StateArena.Slots];
    private readonly List<(int Slot, Action Then)> _waiting = [];
    private bool _busy;
    private bool _stopped;

    /// <summary>Whether a version is still to be copied.</summary>
    public bool IsRead(int slot) => _readers[slot] > 0;

    /// <summary>Calls once a version has been copied.</summary>
    public void WhenUnread(int slot, Action then)
    {
        if (IsRead(slot))
        {
            _waiting.Add((slot, then));
        }
        else
        {
            then();
        }
    }

    /// <summary>Copies a version and writes it.</summary>
    /// <param name="memory">The shard.</param>
    /// <param name="slot">The version.</param>
    /// <param name="position">Where training stands with it.</param>
    /// <param name="layout">The layout.</param>
    /// <param name="rank">The rank.</param>
    /// <param name="reached">Lets the faults of the point happen.</param>
    public void Write(ShardMemory memory, int slot, CheckpointPosition position, ParallelLayout layout, int rank, Func<TimeSpan?> reached)
    {
        _readers[slot]++;
        _parts.Enqueue(new Part(memory, slot, position, layout, rank, reached));
        Next();
    }

    /// <summary>The device's actor ends: nobody is told of what is still written.</summary>
    public void Stop()
    {
        _stopped = true;
        _parts.Clear();
    }

    private void Next()
    {
        if (_busy || !_parts.TryDequeue(out var part))
        {
            return;
        }

        _busy = true;
        site.World.At(_random.Milliseconds(3, 40), process, () => Copied(part));
    }

    private void Copied(Part part)
    {
        ulong[] units = [.. part.Memory.UnitsOf(part.Slot)];
        var position = part.Memory.PositionOf(part.Slot);
        _readers[part.Slot]--;
        foreach (var (slot, then) in _waiting.Where(waiting => !IsRead(waiting.Slot)).ToList())
        {
            _waiting.Remove((slot, then));
            then();
        }

        var pause = part.Reached() ?? TimeSpan.Zero;
        site.World.At(pause + _random.Milliseconds(10, 300), process, () => Written(part, units, position));
    }

    private void Written(Part part, ulong[] units, StepPosition? position)
    {
        _busy = false;
        if (!_stopped)
        {
            if (position is null || position.Step != part.Position.Step || _random.Chance(site.Plan.WriteFailures))
            {
                saved(new DeviceSaved(null, new ShardFailed { Position = part.Position, Rank = part.Rank, Error = "the disk is full" }));
            }
            else
            {
                var name = site.Disk.Write(part.Position, part.Layout, part.Rank, units, position);
                saved(new DeviceSaved(
                    new ShardWritten { Position = part.Position, Rank = part.Rank, File = new BlockedFile { Name = name, Bytes = units.Length, BlockBytes = 1, Checksums = { ByteString.Empty } } }, null));
            }
        }

        Next();
    }

    private sealed record Part(ShardMemory Memory, int Slot, CheckpointPosition Position, ParallelLayout Layout, int Rank, Func<TimeSpan?> Reached);
}
