using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meditron.Data.Curation.Storage;

/// <summary>Files of fixed-size records.</summary>
internal static class RecordFile
{
    public delegate void RecordAction<T>(int index, in T record);

    public static void Write<T>(TemporaryFile file, ReadOnlySpan<T> records)
        where T : unmanaged => file.Write(MemoryMarshal.AsBytes(records));

    /// <summary>Calls back for every record in order, with a small buffer whatever the file's size.</summary>
    public static void ForEach<T>(string path, RecordAction<T> action)
        where T : unmanaged
    {
        var size = Unsafe.SizeOf<T>();
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 1, FileOptions.SequentialScan);
        if (file.Length % size != 0)
        {
            throw new CurationException($"{path} has {file.Length} bytes, which is no whole number of records of {size}; delete the output's work folder and run again.");
        }

        var buffer = new T[Math.Max(1, Math.Min((1 << 18) / size, (int)Math.Min(int.MaxValue, file.Length / size)))];
        var left = file.Length / size;
        var index = 0;
        while (left > 0)
        {
            var count = (int)Math.Min(left, buffer.Length);
            file.ReadExactly(MemoryMarshal.AsBytes(buffer.AsSpan(0, count)));
            for (var i = 0; i < count; i++)
            {
                action(index++, in buffer[i]);
            }

            left -= count;
        }
    }
}
