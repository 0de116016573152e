using System.Globalization;
using Meditron.Llama;
using Meditron.Training.Checkpoints;
using Meditron.Training.Distributed.Checkpointing;
using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Simulation.Jobs;

/// <summary>The run's checkpoints on a disk that all processes share, as a <see cref="CheckpointStore"/> keeps them.</summary>
internal sealed class RunDisk(TrainingSite site) : ICheckpointFiles
{
    private readonly Dictionary<string, File> _parts = new(StringComparer.Ordinal);
    private readonly SortedDictionary<int, Committed> _committed = [];

    /// <summary>The newest step of which there is a good checkpoint; 0 for none.</summary>
    public int Newest => _committed.Where(static pair => !pair.Value.IsDamaged).Select(static pair => pair.Key).DefaultIfEmpty().Max();

    /// <summary>Writes a rank's part; gives the file's name.</summary>
    public string Write(Training.Distributed.Protocol.CheckpointPosition position, ParallelLayout layout, int rank, ulong[] units, StepPosition state)
    {
        var name = string.Create(CultureInfo.InvariantCulture, $"rank-{rank}");
        _parts[PathOf(position.Step, position.Generation, name)] = new File(layout, rank, units, state);
        return name;
    }

    /// <summary>The state of a checkpoint.</summary>
    /// <exception cref="CheckpointException">It is not there, or damaged.</exception>
    public (ulong[] Units, StepPosition Position, IReadOnlyList<CheckpointStep> History) Read(string path)
    {
        var found = _committed.Values.FirstOrDefault(each => each.Path == path) ?? throw new CheckpointException($"{path} is not there.") { Folder = path };
        return found.IsDamaged ? throw new CheckpointException($"{path} is damaged.") { Folder = path } : (found.Units, found.Position, found.History);
    }

    /// <summary>Damages the newest checkpoint; false where there is none.</summary>
    public bool DamageNewest()
    {
        if (_committed.Count == 0)
        {
            return false;
        }

        _committed[_committed.Keys.Last()].IsDamaged = true;
        return true;
    }

    public IReadOnlyList<CheckpointEntry> List() => [.. _committed.Select(static pair => new CheckpointEntry(pair.Key, pair.Value.Path))];

    public bool Exists(string path) => _committed.Values.Any(each => each.Path == path);

    public CheckpointEntry Commit(CheckpointPosition position, LlamaConfig model, CheckpointLayout layout, IReadOnlyList<CheckpointPart> parts)
    {
        var files = parts.Select(part => _parts.GetValueOrDefault(PathOf(position.Step, position.Generation, part.File.Name))).ToList();
        if (files.Contains(null))
        {
            throw new CheckpointException($"The checkpoint of step {position.Step} could not be written: a part is not there.");
        }

        var reference = site.Reference;
        var units = new ulong[reference.Cells * site.Plan.Units];
        foreach (var file in files)
        {
            file!.Units.CopyTo(units.AsSpan(ReferenceRun.CellOf(file.Layout, file.Rank) * site.Plan.Units + reference.UnitsOf(file.Layout, file.Rank).First));
        }

        var path = CheckpointEntry.NameOf(position.Step);
        site.Record.Saved(position.Generation, position.Step, units);
        _committed[position.Step] = new Committed(path, units, files[0]!.State, position.History);
        return new CheckpointEntry(position.Step, path);
    }

    public void Delete(string path)
    {
        foreach (var step in _committed.Where(pair => pair.Value.Path == path).Select(static pair => pair.Key).ToList())
        {
            _committed.Remove(step);
        }
    }

    public string? Problem(string path, LlamaConfig model) => Exists(path) ? null : $"{path} is not there";

    private static string PathOf(int step, long generation, string name) => string.Create(CultureInfo.InvariantCulture, $"{step}/{generation}/{name}");

    private sealed record File(ParallelLayout Layout, int Rank, ulong[] Units, StepPosition State);

    private sealed record Committed(string Path, ulong[] Units, StepPosition Position, IReadOnlyList<CheckpointStep> History)
    {
        public bool IsDamaged { get; set; }
    }
}
