namespace Meditron.Data.Sampling;

/// <summary>
/// NumPy's legacy generator, <c>numpy.random.RandomState(seed)</c>: MT19937 (Matsumoto and Nishimura 1998) seeded by their init_genrand, with the
/// shuffle that datasets made by Megatron rest on.
/// </summary>
public sealed class NumpyRandomState
{
    private const int N = 624;
    private const int M = 397;
    private const uint UpperBit = 0x8000_0000;
    private const uint LowerBits = 0x7FFF_FFFF;
    private const uint Matrix = 0x9908_B0DF;

    private readonly uint[] _state = new uint[N];
    private int _next = N;

    /// <summary>Seeds the generator.</summary>
    public NumpyRandomState(uint seed)
    {
        for (var i = 0; i < N; i++)
        {
            _state[i] = seed;
            seed = (1812433253u * (seed ^ (seed >> 30))) + (uint)i + 1;
        }
    }

    /// <summary>The next 32 bits.</summary>
    public uint NextUInt32()
    {
        if (_next == N)
        {
            Generate();
        }

        var bits = _state[_next++];
        bits ^= bits >> 11;
        bits ^= (bits << 7) & 0x9D2C_5680;
        bits ^= (bits << 15) & 0xEFC6_0000;
        return bits ^ (bits >> 18);
    }

    /// <summary>The next 64 bits: the first 32 drawn are the upper half.</summary>
    public ulong NextUInt64()
    {
        var upper = (ulong)NextUInt32();
        return (upper << 32) | NextUInt32();
    }

    /// <summary>A number from 0 to the maximum, both included: bits under a mask, drawn again while they are above it.</summary>
    public ulong NextInterval(ulong maximum)
    {
        if (maximum == 0)
        {
            return 0;
        }

        var mask = ulong.MaxValue >> System.Numerics.BitOperations.LeadingZeroCount(maximum);
        ulong value;
        do
        {
            value = (maximum <= uint.MaxValue ? NextUInt32() : NextUInt64()) & mask;
        }
        while (value > maximum);
        return value;
    }

    /// <summary>Shuffles as <c>RandomState.shuffle</c> does: Fisher and Yates from the end.</summary>
    public void Shuffle<T>(Span<T> items)
    {
        for (var i = items.Length - 1; i >= 1; i--)
        {
            var j = (int)NextInterval((ulong)i);
            (items[i], items[j]) = (items[j], items[i]);
        }
    }

    private void Generate()
    {
        for (var i = 0; i < N; i++)
        {
            var bits = (_state[i] & UpperBit) | (_state[(i + 1) % N] & LowerBits);
            _state[i] = _state[(i + M) % N] ^ (bits >> 1) ^ ((bits & 1) == 0 ? 0 : Matrix);
        }

        _next = 0;
    }
}
