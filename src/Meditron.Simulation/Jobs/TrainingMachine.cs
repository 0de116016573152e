using Meditron.Training.Parallel;

namespace Meditron.Simulation.Jobs;

/// <summary>A machine of several processes, each with an address of its own: they share memory, and lose power together.</summary>
internal sealed class TrainingMachine(TrainingSite site, string name)
{
    private readonly List<Machine> _places = [];
    private readonly Dictionary<int, NodeProcess> _processes = [];
    private readonly List<ShardMemory> _memory = [];
    private readonly SeededRandom _random = site.World.Random($"memory/{name}");
    private int _ids = 100;
    private int _descriptors = 10;

    public string Name { get; } = name;

    public TrainingSite Site { get; } = site;

    /// <summary>Where its processes run.</summary>
    public IReadOnlyList<Machine> Places => _places;

    /// <summary>Adds a place for a process.</summary>
    public Machine Add(Machine place)
    {
        _places.Add(place);
        return place;
    }

    /// <summary>A process has been started here; gives its id.</summary>
    public int Started(NodeProcess process)
    {
        _processes[++_ids] = process;
        return _ids;
    }

    /// <summary>The living process of an id.</summary>
    public NodeProcess? Find(int id) => _processes.TryGetValue(id, out var process) && process.IsAlive ? process : null;

    public int IdOf(NodeProcess process) => _processes.First(pair => pair.Value == process).Key;

    /// <summary>Ends a process that is not the asker.</summary>
    public string? End(int id)
    {
        if (Find(id) is not { } process)
        {
            return "there is no such process";
        }

        Site.World.Note(process.Name, "is ended by its machine");
        Site.World.Post(null, () => Site.Kill(process));
        return null;
    }

    /// <summary>Makes memory for a shard.</summary>
    public ShardMemory Create(NodeProcess maker, ParallelLayout layout, int rank)
    {
        Span<byte> token = stackalloc byte[16];
        _random.Fill(token);
        var memory = new ShardMemory(new Guid(token), ++_descriptors, maker, layout, rank);
        memory.Open(maker);
        _memory.Add(memory);
        return memory;
    }

    /// <summary>Opens memory that a living process holds.</summary>
    /// <exception cref="IOException">There is no such process, or it does not hold it.</exception>
    public ShardMemory Open(NodeProcess opener, int holder, int descriptor, Guid token)
    {
        var memory = Find(holder) is { } process ? _memory.Find(each => each.Descriptor == descriptor && each.Token == token && each.IsHeldBy(process)) : null;
        if (memory is null)
        {
            throw new IOException($"process {holder} is gone, or holds no state {token:N} as {descriptor}");
        }

        memory.Open(opener);
        return memory;
    }

    /// <summary>A process has ended, and with it what it held.</summary>
    public void Ended(NodeProcess process)
    {
        foreach (var memory in _memory)
        {
            memory.OnEnded(process, _random);
        }

        _memory.RemoveAll(static memory => !memory.IsHeld);
    }
}
