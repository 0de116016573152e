using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace Meditron.Actors.Routing;

/// <summary>Makes rings of nodes.</summary>
public static class ConsistentHash
{
    /// <summary>A ring of nodes, each at several places.</summary>
    /// <typeparam name="T">What the nodes are.</typeparam>
    public static ConsistentHash<T> Create<T>(IEnumerable<T> nodes, int virtualNodesFactor)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        SortedDictionary<int, T> ring = [];
        foreach (T node in nodes)
        {
            ConsistentHash<T>.Place(ring, node, virtualNodesFactor);
        }

        return new ConsistentHash<T>(ring, virtualNodesFactor);
    }

    // The same on every machine and in every run, which string.GetHashCode is not. FNV-1a, finished as in MurmurHash 3 to
    // spread short keys over the ring.
    internal static int HashOf(ReadOnlySpan<byte> bytes, int seed = 0)
    {
        uint hash = 2166136261u ^ (uint)seed;
        foreach (byte value in bytes)
        {
            hash = (hash ^ value) * 16777619u;
        }

        hash ^= hash >> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >> 13;
        hash *= 0xc2b2ae35;
        hash ^= hash >> 16;
        return (int)hash;
    }

    internal static int HashOf(string text) => HashOf(Encoding.UTF8.GetBytes(text));

    internal static int Concatenated(int nodeHash, int place)
    {
        Span<byte> bytes = stackalloc byte[8];
        BinaryPrimitives.WriteInt32LittleEndian(bytes, nodeHash);
        BinaryPrimitives.WriteInt32LittleEndian(bytes[4..], place);
        return HashOf(bytes);
    }
}

/// <summary>A ring of nodes on which each key belongs to the next node: adding or removing one moves few keys. Karger et al., 1997.</summary>
/// <typeparam name="T">What the nodes are; their <c>ToString</c> is where they stand.</typeparam>
public class ConsistentHash<T>
{
    private readonly int _virtualNodesFactor;
    private readonly SortedDictionary<int, T> _nodes;
    private readonly int[] _places;
    private readonly T[] _at;

    /// <summary>Creates a ring from nodes at their places.</summary>
    public ConsistentHash(SortedDictionary<int, T> nodes, int virtualNodesFactor)
    {
        ArgumentNullException.ThrowIfNull(nodes);
        ArgumentOutOfRangeException.ThrowIfLessThan(virtualNodesFactor, 1);
        _nodes = nodes;
        _virtualNodesFactor = virtualNodesFactor;
        _places = [.. nodes.Keys];
        _at = [.. nodes.Values];
    }

    /// <summary>Whether there is no node.</summary>
    public bool IsEmpty => _places.Length == 0;

    /// <summary>A ring with one more node.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Add is the name.")]
    public static ConsistentHash<T> operator +(ConsistentHash<T> hash, T node) => hash.Add(node);

    /// <summary>A ring without a node.</summary>
    [SuppressMessage("Usage", "CA2225", Justification = "Remove is the name.")]
    public static ConsistentHash<T> operator -(ConsistentHash<T> hash, T node) => hash.Remove(node);

    /// <summary>A ring with one more node.</summary>
    public ConsistentHash<T> Add(T node)
    {
        SortedDictionary<int, T> ring = new(_nodes);
        Place(ring, node, _virtualNodesFactor);
        return new ConsistentHash<T>(ring, _virtualNodesFactor);
    }

    /// <summary>A ring without a node.</summary>
    public ConsistentHash<T> Remove(T node)
    {
        SortedDictionary<int, T> ring = new(_nodes);
        foreach (int place in _nodes.Where(n => Equals(n.Value, node)).Select(n => n.Key))
        {
            ring.Remove(place);
        }

        return new ConsistentHash<T>(ring, _virtualNodesFactor);
    }

    /// <summary>The node of a key.</summary>
    public T NodeFor(byte[] key) => At(ConsistentHash.HashOf(key));

    /// <summary>The node of a key.</summary>
    public T NodeFor(string key) => At(ConsistentHash.HashOf(key));

    internal static void Place(SortedDictionary<int, T> ring, T node, int virtualNodesFactor)
    {
        int hash = ConsistentHash.HashOf(node!.ToString() ?? string.Empty);
        for (int i = 0; i < virtualNodesFactor; i++)
        {
            ring[ConsistentHash.Concatenated(hash, i)] = node;
        }
    }

    private T At(int hash)
    {
        if (IsEmpty)
        {
            throw new InvalidOperationException("The ring has no nodes; no key belongs to any.");
        }

        int index = Array.BinarySearch(_places, hash);
        index = index >= 0 ? index : ~index;
        return _at[index == _places.Length ? 0 : index];
    }
}
