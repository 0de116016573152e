namespace Meditron.Actors.Remote.Tests.Fuzzing;

/// <summary>A cheap generator whose every input has a seed of its own, so that one input can be made again alone (SplitMix64, Steele et al. 2014).</summary>
internal sealed class FuzzRandom(ulong seed)
{
    private ulong _state = seed * 0x9E3779B97F4A7C15;

    public ulong Next()
    {
        _state += 0x9E3779B97F4A7C15;
        var z = _state;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }

    public int Below(int limit) => (int)(((Next() >> 32) * (ulong)limit) >> 32);

    public bool OneIn(int n) => Below(n) == 0;

    public byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        for (var i = 0; i < count; i++)
        {
            bytes[i] = (byte)Next();
        }

        return bytes;
    }

    /// <summary>A number that is likely to be at the edge of something.</summary>
    public uint Edge() => Below(10) switch
    {
        0 => 0,
        1 => 1,
        2 => uint.MaxValue,
        3 => int.MaxValue,
        4 => 0x8000_0000,
        5 => 4096,
        6 => 4097,
        7 => (uint)Below(300),
        8 => 1u << Below(32),
        _ => (uint)Next(),
    };
}
