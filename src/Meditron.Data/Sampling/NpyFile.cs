using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace Meditron.Data.Sampling;

/// <summary>Reads and writes NumPy's .npy files of the types a sample index has.</summary>
internal static class NpyFile
{
    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y'];

    /// <summary>Writes an array in C order, version 1.0, as <c>numpy.save</c> does.</summary>
    public static void Write<T>(string path, ReadOnlyMemory<T> items, string descr, params IReadOnlyList<long> shape)
        where T : unmanaged
    {
        var tuple = shape.Count == 1 ? $"({shape[0]},)" : $"({string.Join(", ", shape)})";
        var text = $"{{'descr': '{descr}', 'fortran_order': False, 'shape': {tuple}, }}";

        // The data begins at a multiple of 64, the header ends with a line break.
        var padding = 64 - ((10 + text.Length + 1) % 64);
        text = text + new string(' ', padding % 64) + "\n";
        AtomicFile.Write(path, "the sample index", stream =>
        {
            stream.Write(Magic);
            stream.Write([1, 0, (byte)text.Length, (byte)(text.Length >> 8)]);
            stream.Write(Encoding.Latin1.GetBytes(text));
            for (var at = 0; at < items.Length; at += 1 << 20)
            {
                stream.Write(MemoryMarshal.AsBytes(items.Span.Slice(at, Math.Min(1 << 20, items.Length - at))));
            }
        });
    }

    /// <summary>Reads an array; null, with the reason, where the file does not hold one of that type and shape.</summary>
    public static T[]? TryRead<T>(string path, string descr, int columns, out string? reason)
        where T : unmanaged
    {
        reason = null;
        try
        {
            using var stream = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            Span<byte> start = stackalloc byte[12];
            stream.ReadExactly(start[..10]);
            if (!start.StartsWith(Magic) || start[6] is not (1 or 2 or 3))
            {
                reason = $"{path} is not a .npy file";
                return null;
            }

            var length = start[8] | (start[9] << 8);
            if (start[6] > 1)
            {
                stream.ReadExactly(start.Slice(10, 2));
                length |= (start[10] << 16) | (start[11] << 24);
            }

            if (length < 0 || length > 1 << 16)
            {
                reason = $"{path} has a header of {length} bytes";
                return null;
            }

            var header = new byte[length];
            stream.ReadExactly(header);
            var text = Encoding.Latin1.GetString(header);
            var rows = RowsOf(text, descr, columns);
            var bytes = rows * columns * Marshal.SizeOf<T>();
            if (rows < 0 || rows * columns > Array.MaxLength || stream.Length - stream.Position != bytes)
            {
                reason = $"{path} holds {text.Trim()} in {stream.Length - stream.Position} bytes, {descr} with {columns} columns was expected";
                return null;
            }

            var items = new T[rows * columns];
            for (var at = 0; at < items.Length; at += 1 << 20)
            {
                stream.ReadExactly(MemoryMarshal.AsBytes(items.AsSpan(at, Math.Min(1 << 20, items.Length - at))));
            }

            return items;
        }
        catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
        {
            reason = $"{path} could not be read: {failure.Message}";
            return null;
        }
    }

    // The rows of a header that says just this type, C order and this number of columns; -1 for any other.
    private static long RowsOf(string header, string descr, int columns)
    {
        var plain = header.Replace(" ", "", StringComparison.Ordinal).TrimEnd('\n');
        var before = $"{{'descr':'{descr}','fortran_order':False,'shape':(";
        var after = columns == 1 ? ",),}" : $",{columns}),}}";
        return plain.StartsWith(before, StringComparison.Ordinal) && plain.EndsWith(after, StringComparison.Ordinal)
            && plain.Length >= before.Length + after.Length
            && long.TryParse(plain.AsSpan(before.Length, plain.Length - before.Length - after.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var rows)
            ? rows
            : -1;
    }
}
