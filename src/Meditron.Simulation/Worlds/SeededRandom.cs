namespace Meditron.Simulation.Worlds;

/// <summary>A generator whose numbers follow from a seed and a purpose alone, on every machine and in every process.</summary>
internal sealed class SeededRandom
{
    private ulong _state;

    public SeededRandom(ulong seed, string purpose)
    {
        // FNV-1a over the purpose, so that no generator depends on how often another one was asked.
        var hash = 14695981039346656037UL;
        foreach (var c in purpose)
        {
            hash = (hash ^ c) * 1099511628211UL;
        }

        _state = Mix(seed ^ hash);
    }

    /// <summary>64 random bits.</summary>
    public ulong Bits()
    {
        _state += 0x9E3779B97F4A7C15UL;
        return Mix(_state);
    }

    /// <summary>A number from 0 to below the bound.</summary>
    public int Below(int bound) => (int)(((Bits() >> 32) * (ulong)bound) >> 32);

    /// <summary>A number from the first to below the second.</summary>
    public int Between(int from, int below) => from + Below(below - from);

    /// <summary>A number from 0 to below 1.</summary>
    public double Fraction() => (Bits() >> 11) * (1.0 / (1UL << 53));

    /// <summary>True with a probability.</summary>
    public bool Chance(double probability) => Fraction() < probability;

    /// <summary>A time in a range.</summary>
    public TimeSpan Time(TimeSpan from, TimeSpan to) => TimeSpan.FromTicks(from.Ticks + (long)((to.Ticks - from.Ticks) * Fraction()));

    /// <summary>A time in a range of milliseconds.</summary>
    public TimeSpan Milliseconds(double from, double to) => Time(TimeSpan.FromMilliseconds(from), TimeSpan.FromMilliseconds(to));

    /// <summary>One element of a list.</summary>
    public T Pick<T>(IReadOnlyList<T> from) => from[Below(from.Count)];

    /// <summary>Fills bytes.</summary>
    public void Fill(Span<byte> bytes)
    {
        for (var i = 0; i < bytes.Length; i++)
        {
            bytes[i] = (byte)(Bits() >> 56);
        }
    }

    private static ulong Mix(ulong z)
    {
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
