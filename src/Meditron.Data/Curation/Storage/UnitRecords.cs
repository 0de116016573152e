using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Meditron.Data.Curation.Storage;

/// <summary>Reads single records of the units' files by number, keeping a bounded number of files open. Belongs to one thread.</summary>
internal sealed class UnitRecords(Func<long, string> pathOf) : IDisposable
{
    private const int MaxOpen = 64;
    private readonly Dictionary<long, SafeFileHandle> open = [];
    private readonly Queue<long> order = new();

    public void Read(long unit, long offset, Span<byte> bytes)
    {
        if (!open.TryGetValue(unit, out var handle))
        {
            if (open.Count >= MaxOpen)
            {
                open.Remove(order.Dequeue(), out var oldest);
                oldest!.Dispose();
            }

            handle = File.OpenHandle(pathOf(unit), FileMode.Open, FileAccess.Read, FileShare.Read, FileOptions.RandomAccess);
            open.Add(unit, handle);
            order.Enqueue(unit);
        }

        while (!bytes.IsEmpty)
        {
            var read = RandomAccess.Read(handle, bytes, offset);
            if (read == 0)
            {
                throw new CurationException($"{pathOf(unit)} ends before byte {offset + bytes.Length}; delete the output's work folder and run again.");
            }

            bytes = bytes[read..];
            offset += read;
        }
    }

    public T Read<T>(long unit, int index)
        where T : unmanaged
    {
        T record = default;
        var bytes = MemoryMarshal.AsBytes(new Span<T>(ref record));
        Read(unit, (long)index * bytes.Length, bytes);
        return record;
    }

    public void Dispose()
    {
        foreach (var handle in open.Values)
        {
            handle.Dispose();
        }
    }
}
