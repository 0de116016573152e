namespace Meditron.Simulation.Disks;

/// <summary>A disk whose files are as durable as a real one's: what was not flushed may be lost, cut off or torn by a crash.</summary>
internal sealed class SimulatedDisk
{
    private readonly World _world;
    private readonly string _name;
    private readonly SeededRandom _random;
    private readonly SortedDictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly List<PendingFlush> _flushes = [];
    private bool _isDown;

    public SimulatedDisk(World world, string name)
    {
        _world = world;
        _name = name;
        _random = world.Random($"disk/{name}");
    }

    /// <summary>Says that everything is flushed when nothing is, as a disk with a volatile cache does.</summary>
    public bool LosesFlushedWrites { get; set; }

    /// <summary>The number of crashes.</summary>
    public int Crashes { get; private set; }

    public byte[] Read(string file)
    {
        Check();
        return _files.TryGetValue(file, out var found) ? found.Read() : [];
    }

    public void Append(string file, ReadOnlySpan<byte> data)
    {
        Check();
        Of(file).Append(data);
    }

    /// <summary>Makes what was written so far durable; calls back in the process once it is, or with the failure. A process that ends meanwhile is not called.</summary>
    /// <exception cref="IOException">The disk is not there.</exception>
    public void Flush(NodeProcess process, string file, Action<Exception?> done)
    {
        Check();
        var flush = new PendingFlush(process, Of(file), done);
        _flushes.Add(flush);
        var time = _random.Chance(0.02) ? _random.Milliseconds(20, 400) : _random.Milliseconds(0.05, 3);
        _world.At(time, null, () => Complete(flush));
    }

    public void Truncate(string file, long length)
    {
        Check();
        Of(file).Truncate(length);
    }

    /// <summary>Loses power: flushes under way fail, and of what was not flushed anything may remain.</summary>
    public void Crash()
    {
        Crashes++;
        foreach (var file in _files.Values)
        {
            file.Crash(_random, LosesFlushedWrites);
        }

        var failed = _flushes.ToArray();
        _flushes.Clear();
        foreach (var flush in failed)
        {
            flush.Report(new IOException($"the disk of {_name} lost power"));
        }
    }

    /// <summary>Loses power and is not there for a while.</summary>
    public void CrashFor(TimeSpan time)
    {
        _isDown = true;
        Crash();
        _world.At(time, null, () =>
        {
            _isDown = false;
            _world.Note(_name, "disk is back");
        });
    }

    private void Complete(PendingFlush flush)
    {
        if (_flushes.Remove(flush))
        {
            if (!_world.IsPlanted(PlantedBug.FlushSkipped))
            {
                flush.File.MarkFlushed(flush.Length);
            }

            flush.Report(null);
        }
    }

    private SimulatedFile Of(string file)
    {
        if (!_files.TryGetValue(file, out var found))
        {
            _files[file] = found = new SimulatedFile();
        }

        return found;
    }

    private void Check()
    {
        _world.Check();
        if (_isDown)
        {
            throw new IOException($"the disk of {_name} is not there");
        }
    }

    private sealed class PendingFlush(NodeProcess process, SimulatedFile file, Action<Exception?> done)
    {
        public SimulatedFile File { get; } = file;

        public long Length { get; } = file.Length;

        public void Report(Exception? failure) => process.World.Post(process, () => done(failure));
    }
}
