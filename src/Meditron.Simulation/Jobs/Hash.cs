namespace Meditron.Simulation.Jobs;

/// <summary>Mixes numbers into one that no other order or choice of them gives.</summary>
internal static class Hash
{
    /// <summary>Where to begin.</summary>
    public const ulong Start = 0x9E3779B97F4A7C15UL;

    /// <summary>Adds a number.</summary>
    public static ulong Add(ulong hash, ulong value)
    {
        var z = (hash ^ value) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }

    /// <summary>Adds a number.</summary>
    public static ulong Add(ulong hash, long value) => Add(hash, (ulong)value);

    /// <summary>Adds numbers in their order.</summary>
    public static ulong Add(ulong hash, ReadOnlySpan<ulong> values)
    {
        foreach (var value in values)
        {
            hash = Add(hash, value);
        }

        return hash;
    }
}
