using System.Numerics;
using System.Runtime.InteropServices;

namespace Meditron.Data.Curation.Duplicates;

/// <summary>
/// Groups documents by a 64-bit key in bounded memory: pairs are split by the key's high bits into partitions on disk, and each partition is sorted in memory.
/// Groups come in the order of their keys and documents in order inside a group, however many partitions there are.
/// </summary>
internal sealed class KeySpill : IDisposable
{
    private const int RecordBytes = 12;
    private const int BufferBytes = RecordBytes * 4096;
    private readonly string folder;
    private readonly int bits;
    private readonly long[] counts;
    private readonly FileStream?[] files;
    private ulong[] keys = [];
    private uint[] ordinals = [];

    /// <param name="folder">A folder of its own, deleted on <see cref="Dispose"/>.</param>
    /// <param name="expected">About how many pairs will come.</param>
    /// <param name="memoryBytes">What a partition may take in memory.</param>
    public KeySpill(string folder, long expected, long memoryBytes)
    {
        this.folder = folder;
        var partitions = (expected * RecordBytes * 3 / 2 / Math.Max(1, memoryBytes)) + 1;
        bits = BitOperations.Log2((uint)Math.Clamp(partitions, 1, 2048) * 2 - 1);
        counts = new long[1 << bits];
        files = new FileStream?[1 << bits];
        if (bits > 0)
        {
            DeleteFolder();
            Directory.CreateDirectory(folder);
        }
    }

    public delegate void GroupAction(ulong key, Span<uint> ordinals);

    public int Partitions => counts.Length;

    public void Add(ulong key, uint ordinal)
    {
        if (bits == 0)
        {
            var at = counts[0]++;
            if (at == keys.Length)
            {
                Array.Resize(ref keys, Math.Max(1024, keys.Length * 2));
                Array.Resize(ref ordinals, keys.Length);
            }

            keys[at] = key;
            ordinals[at] = ordinal;
            return;
        }

        var partition = (int)(key >> (64 - bits));
        var file = files[partition] ??= new FileStream(
            PathOf(partition), FileMode.Create, FileAccess.Write, FileShare.None, BufferBytes);
        Span<byte> record = stackalloc byte[RecordBytes];
        MemoryMarshal.Write(record, key);
        MemoryMarshal.Write(record[8..], ordinal);
        file.Write(record);
        counts[partition]++;
    }

    /// <summary>Calls back for every key that two or more documents share.</summary>
    public void ForEachGroup(GroupAction action, CancellationToken cancellation)
    {
        for (var p = 0; p < counts.Length; p++)
        {
            cancellation.ThrowIfCancellationRequested();
            var count = Load(p);
            Array.Sort(keys, ordinals, 0, count);
            for (var start = 0; start < count;)
            {
                var end = start + 1;
                while (end < count && keys[end] == keys[start])
                {
                    end++;
                }

                if (end - start > 1)
                {
                    var group = ordinals.AsSpan(start, end - start);
                    group.Sort();
                    action(keys[start], group);
                }

                start = end;
            }
        }
    }

    public void Dispose()
    {
        foreach (var file in files)
        {
            file?.Dispose();
        }

        if (bits > 0)
        {
            DeleteFolder();
        }
    }

    private int Load(int partition)
    {
        if (bits == 0)
        {
            return (int)counts[0];
        }

        if (files[partition] is not { } writer)
        {
            return 0;
        }

        writer.Dispose();
        files[partition] = null;
        var count = checked((int)counts[partition]);
        if (keys.Length < count)
        {
            keys = new ulong[count + (count / 8)];
            ordinals = new uint[keys.Length];
        }

        using (var file = new FileStream(PathOf(partition), FileMode.Open, FileAccess.Read, FileShare.None, 1, FileOptions.SequentialScan))
        {
            var buffer = new byte[BufferBytes];
            for (var i = 0; i < count;)
            {
                var bytes = file.ReadAtLeast(buffer, Math.Min(buffer.Length, (count - i) * RecordBytes), throwOnEndOfStream: true);
                bytes -= bytes % RecordBytes;
                for (var at = 0; at < bytes; at += RecordBytes)
                {
                    keys[i] = MemoryMarshal.Read<ulong>(buffer.AsSpan(at));
                    ordinals[i++] = MemoryMarshal.Read<uint>(buffer.AsSpan(at + 8));
                }
            }
        }

        File.Delete(PathOf(partition));
        return count;
    }

    private string PathOf(int partition) => Path.Combine(folder, FormattableString.Invariant($"{partition:0000}.part"));

    private void DeleteFolder()
    {
        if (Directory.Exists(folder))
        {
            Directory.Delete(folder, recursive: true);
        }
    }
}
