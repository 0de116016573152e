namespace Meditron.Simulation.Disks;

/// <summary>The bytes of a file, and how many of them would survive a crash for certain.</summary>
internal sealed class SimulatedFile
{
    private const int Sector = 512;

    private readonly List<byte> _bytes = [];
    private long _durable;

    public long Length => _bytes.Count;

    public byte[] Read() => [.. _bytes];

    public void Append(ReadOnlySpan<byte> data) => _bytes.AddRange(data);

    public void MarkFlushed(long length) => _durable = Math.Max(_durable, Math.Min(length, _bytes.Count));

    public void Truncate(long length)
    {
        if (length < _bytes.Count)
        {
            _bytes.RemoveRange((int)length, _bytes.Count - (int)length);
        }

        _durable = Math.Min(_durable, _bytes.Count);
    }

    /// <summary>Keeps what was flushed, and of the rest all, nothing, a part, or a part with holes.</summary>
    public void Crash(SeededRandom random, bool losesFlushed)
    {
        var safe = losesFlushed ? 0 : (int)_durable;
        var loose = _bytes.Count - safe;
        if (loose > 0)
        {
            switch (random.Below(4))
            {
                case 0:
                    break;
                case 1:
                    _bytes.RemoveRange(safe, loose);
                    break;
                case 2:
                    var kept = random.Below(loose);
                    _bytes.RemoveRange(safe + kept, loose - kept);
                    break;
                default:
                    Tear(random, safe);
                    break;
            }
        }

        _durable = _bytes.Count;
    }

    // Sectors were written in any order: those that were not read as zeros, or as what was there before.
    private void Tear(SeededRandom random, int safe)
    {
        for (var start = safe; start < _bytes.Count;)
        {
            var end = Math.Min(_bytes.Count, (start / Sector * Sector) + Sector);
            if (random.Chance(0.5))
            {
                for (var i = start; i < end; i++)
                {
                    _bytes[i] = 0;
                }
            }

            start = end;
        }
    }
}
