using Meditron.Training.Parallel;
using Meditron.Training.Recovery;

namespace Meditron.Simulation.Jobs;

/// <summary>Two versions of a rank's shard in memory that lives as long as some living process holds it, as a <see cref="StateArena"/> does.</summary>
/// <param name="token">Drawn for each.</param>
/// <param name="descriptor">By which others open it.</param>
/// <param name="maker">The process that has made it.</param>
/// <param name="layout">The layout that it is a shard of.</param>
/// <param name="rank">The rank in it.</param>
internal sealed class ShardMemory(Guid token, int descriptor, NodeProcess maker, ParallelLayout layout, int rank)
{
    private readonly StepPosition?[] _positions = new StepPosition?[StateArena.Slots];
    private readonly ulong[][] _units = [[], []];
    private readonly SortedDictionary<int, StepPosition> _history = [];
    private readonly List<(NodeProcess Process, Action Ended)> _watchers = [];
    private readonly List<NodeProcess> _holders = [];

    public Guid Token { get; } = token;

    public int Descriptor { get; } = descriptor;

    public NodeProcess Maker { get; } = maker;

    public ParallelLayout Layout { get; } = layout;

    public int Rank { get; } = rank;

    /// <summary>The steps that it can produce.</summary>
    public IEnumerable<int> Steps => _positions.OfType<StepPosition>().Select(static position => position.Step);

    /// <summary>What the newest steps came to.</summary>
    public IEnumerable<StepPosition> History => _history.Values;

    /// <summary>Whether anybody holds it.</summary>
    public bool IsHeld => _holders.Count > 0;

    /// <summary>Whether a process holds it.</summary>
    public bool IsHeldBy(NodeProcess process) => _holders.Contains(process);

    public StepPosition? PositionOf(int slot) => _positions[slot];

    public ulong[] UnitsOf(int slot) => _units[slot];

    public void Invalidate(int slot) => _positions[slot] = null;

    public void Publish(int slot, ulong[] units, StepPosition position)
    {
        _units[slot] = units;
        _positions[slot] = position;
        _history[position.Step] = position;
    }

    public void Remember(IEnumerable<StepPosition> history)
    {
        foreach (var position in history)
        {
            _history[position.Step] = position;
        }
    }

    /// <summary>A process opens it; may be more than once.</summary>
    public void Open(NodeProcess process) => _holders.Add(process);

    /// <summary>A process closes it once.</summary>
    public void Close(NodeProcess process)
    {
        _holders.Remove(process);
        _watchers.RemoveAll(watcher => watcher.Process == process && !_holders.Contains(process));
    }

    /// <summary>Has a process told of the maker's end.</summary>
    public void Watch(NodeProcess process, Action ended)
    {
        if (Maker.IsAlive)
        {
            _watchers.Add((process, ended));
        }
        else
        {
            process.World.At(TimeSpan.FromMilliseconds(1), process, ended);
        }
    }

    /// <summary>A process has ended: it holds nothing any more, and if it was the maker, who watches is told.</summary>
    public void OnEnded(NodeProcess process, SeededRandom random)
    {
        _holders.RemoveAll(holder => holder == process);
        _watchers.RemoveAll(watcher => watcher.Process == process);
        if (process == Maker)
        {
            foreach (var (watcher, ended) in _watchers)
            {
                process.World.At(random.Milliseconds(1, 6), watcher, ended);
            }

            _watchers.Clear();
        }
    }
}
