using System.Numerics;

namespace Meditron.Data.Curation.Contamination;

/// <summary>The distinct n-grams of all benchmark questions, and which questions each belongs to; read by any number of threads once built.</summary>
internal sealed class NgramTable
{
    private const ulong Base = 0x9fb2_1c65_1e98_df25UL;
    private readonly ulong oldest = 1;
    private readonly Dictionary<ulong, int> building = [];
    private readonly List<List<int>> owners = [];
    private ulong[] filter = [];
    private ulong[] slots = [];
    private int[] entries = [];
    private int shift;

    public NgramTable(int words)
    {
        Words = words;
        for (var i = 0; i < words; i++)
        {
            oldest *= Base;
        }
    }

    /// <summary>Words of an n-gram.</summary>
    public int Words { get; }

    /// <summary>The number of distinct n-grams.</summary>
    public int Count => owners.Count;

    /// <summary>The questions an n-gram belongs to.</summary>
    public IReadOnlyList<int> OwnersOf(int entry) => owners[entry];

    /// <summary>Adds the n-grams of a question; returns how many distinct ones it has.</summary>
    public int Add(int question, ReadOnlySpan<ulong> words)
    {
        var distinct = 0;
        ulong rolling = 0;
        for (var i = 0; i < words.Length; i++)
        {
            rolling = Roll(rolling, words, i);
            if (i < Words - 1)
            {
                continue;
            }

            var key = Analysis.Hash64.Finish(rolling);
            if (!building.TryGetValue(key, out var entry))
            {
                entry = owners.Count;
                building.Add(key, entry);
                owners.Add([]);
            }

            if (owners[entry].Count == 0 || owners[entry][^1] != question)
            {
                owners[entry].Add(question);
                distinct++;
            }
        }

        return distinct;
    }

    /// <summary>Lays the table out for look-ups: a bit filter of 32 bits an n-gram that almost every n-gram of a clean text fails, before the table itself.</summary>
    public void Seal()
    {
        var size = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(64, building.Count * 2));
        slots = new ulong[size];
        entries = new int[size];
        Array.Fill(entries, -1);
        var filterBits = (int)BitOperations.RoundUpToPowerOf2((uint)Math.Max(1 << 13, building.Count * 32));
        filter = new ulong[filterBits / 64];
        shift = 64 - BitOperations.Log2((uint)filterBits);
        foreach (var (key, entry) in building)
        {
            filter[(key >> shift) >> 6] |= 1UL << (int)((key >> shift) & 63);
            var slot = (int)key & (size - 1);
            while (entries[slot] >= 0)
            {
                slot = (slot + 1) & (size - 1);
            }

            slots[slot] = key;
            entries[slot] = entry;
        }

        building.Clear();
        building.TrimExcess();
    }

    /// <summary>The rolling sum after taking in word <paramref name="i"/> and letting go of the one that leaves the window.</summary>
    public ulong Roll(ulong rolling, ReadOnlySpan<ulong> words, int i)
    {
        rolling = (rolling * Base) + words[i];
        return i >= Words ? rolling - (words[i - Words] * oldest) : rolling;
    }

    /// <summary>The n-gram's entry, or -1 where no question has it.</summary>
    public int Find(ulong rolling)
    {
        var key = Analysis.Hash64.Finish(rolling);
        var bit = key >> shift;
        if ((filter[bit >> 6] & (1UL << (int)(bit & 63))) == 0)
        {
            return -1;
        }

        var slot = (int)key & (slots.Length - 1);
        while (entries[slot] >= 0)
        {
            if (slots[slot] == key)
            {
                return entries[slot];
            }

            slot = (slot + 1) & (slots.Length - 1);
        }

        return -1;
    }
}
