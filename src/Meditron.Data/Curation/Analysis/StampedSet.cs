using System.Numerics;

namespace Meditron.Data.Curation.Analysis;

/// <summary>A set of 64-bit hashes that is emptied in constant time, for the many small sets of one document after another.</summary>
public sealed class StampedSet
{
    private ulong[] keys = new ulong[1024];
    private int[] stamps = new int[1024];
    private int stamp;
    private int mask = 1023;

    /// <summary>Empties the set and makes room for a number of keys.</summary>
    public void Reset(int capacity)
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Clamp(capacity * 2L, 1024, 1 << 29));
        if (size > keys.Length || keys.Length > Math.Max(1 << 16, size * 16))
        {
            keys = new ulong[size];
            stamps = new int[size];
            stamp = 0;
        }

        mask = size - 1;
        if (++stamp == int.MaxValue)
        {
            Array.Clear(stamps);
            stamp = 1;
        }
    }

    /// <summary>Adds a key that is already well mixed; false where it was there.</summary>
    public bool Add(ulong key)
    {
        var slot = (int)(key >> 32) & mask;
        while (stamps[slot] == stamp)
        {
            if (keys[slot] == key)
            {
                return false;
            }

            slot = (slot + 1) & mask;
        }

        keys[slot] = key;
        stamps[slot] = stamp;
        return true;
    }
}
