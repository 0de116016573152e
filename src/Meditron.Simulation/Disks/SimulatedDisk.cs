namespace Meditron.Simulation.Disks;

/// <summary>A disk whose files are as durable as a real one's: what was not flushed may be lost, cut off or torn by a crash.</summary>
internal sealed class SimulatedDisk
{
    private readonly World _world;
    private readonly string _name;
    private readonly SeededRandom _random;
    private readonly SortedDictionary<string, SimulatedFile> _files = new(StringComparer.Ordinal);
    private readonly List<Flush> _flushes = [];
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

    public Task FlushAsync(string file)
    {
        Check();
        var flush = new Flush(Of(file));
        _flushes.Add(flush);
        var time = _random.Chance(0.02) ? _random.Milliseconds(20, 400) : _random.Milliseconds(0.05, 3);
        _world.At(time, null, () => Complete(flush));
        return flush.Done.Task;
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
            flush.Done.TrySetException(new IOException($"the disk of {_name} lost power"));
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

    private void Complete(Flush flush)
    {
        if (_flushes.Remove(flush))
        {
            flush.File.MarkFlushed(flush.Length);
            flush.Done.TrySetResult();
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

    private sealed class Flush(SimulatedFile file)
    {
        public SimulatedFile File { get; } = file;

        public long Length { get; } = file.Length;

        public TaskCompletionSource Done { get; } = new(TaskCreationOptions.None);
    }
}
