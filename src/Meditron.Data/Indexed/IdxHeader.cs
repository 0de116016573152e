using System.Buffers.Binary;

namespace Meditron.Data.Indexed;

/// <summary>The fixed part of an .idx file, and where the arrays after it lie.</summary>
/// <param name="Type">How tokens lie in the .bin file.</param>
/// <param name="Sequences">How many sequences there are.</param>
/// <param name="DocumentEntries">Entries of the document array, the leading 0 included.</param>
internal readonly record struct IdxHeader(TokenType Type, long Sequences, long DocumentEntries)
{
    /// <summary>Bytes of the fixed part.</summary>
    public const int Size = 34;

    /// <summary>The format's version.</summary>
    public const ulong Version = 1;

    /// <summary>The first bytes of the file.</summary>
    public static ReadOnlySpan<byte> Magic => "MMIDIDX\0\0"u8;

    /// <summary>Where the sizes lie, 4 bytes each.</summary>
    public long SizesAt => Size;

    /// <summary>Where the pointers lie, 8 bytes each.</summary>
    public long PointersAt => SizesAt + (4 * Sequences);

    /// <summary>Where the documents lie, 8 bytes each.</summary>
    public long DocumentsAt => PointersAt + (8 * Sequences);

    /// <summary>Where the file ends, unless one mode a sequence follows.</summary>
    public long End => DocumentsAt + (8 * DocumentEntries);

    /// <summary>Writes the fixed part.</summary>
    public void Write(Span<byte> destination)
    {
        Magic.CopyTo(destination);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[9..], Version);
        destination[17] = (byte)Type;
        BinaryPrimitives.WriteInt64LittleEndian(destination[18..], Sequences);
        BinaryPrimitives.WriteInt64LittleEndian(destination[26..], DocumentEntries);
    }

    /// <summary>Reads the fixed part and checks it against the file's length.</summary>
    /// <exception cref="IndexedDatasetException">The file is of another format, or cut off.</exception>
    public static IdxHeader Read(ReadOnlySpan<byte> start, long length, string file)
    {
        if (start.StartsWith("TNTIDX\0\0"u8))
        {
            throw new IndexedDatasetException(
                "the index is of Megatron's older `cached`/`lazy` format, `mmap` was expected. Tokenize again with --dataset_impl mmap.", file);
        }

        if (length < Size || start.Length < Size)
        {
            throw new IndexedDatasetException($"the index is cut off: it has {length} bytes, at least {Size} were expected. {Advice}", file);
        }

        if (!start.StartsWith(Magic))
        {
            throw new IndexedDatasetException(
                $"this is not a dataset's index: it begins with {Convert.ToHexString(start[..9])}, {Convert.ToHexString(Magic)} (MMIDIDX) was expected. {Advice}", file);
        }

        var version = BinaryPrimitives.ReadUInt64LittleEndian(start[9..]);
        if (version != Version)
        {
            throw new IndexedDatasetException($"the index is of version {version}, version {Version} was expected. {Advice}", file);
        }

        var type = (TokenType)start[17];
        if (type is < TokenType.UInt8 or > TokenType.UInt16)
        {
            throw new IndexedDatasetException($"the index gives token type {start[17]}, 1 to 8 were expected. {Advice}", file);
        }

        var header = new IdxHeader(type, BinaryPrimitives.ReadInt64LittleEndian(start[18..]), BinaryPrimitives.ReadInt64LittleEndian(start[26..]));
        if (header.Sequences < 0 || header.DocumentEntries < 0 || header.Sequences > length / 12 || header.DocumentEntries > length / 8
            || (length != header.End && length != header.End + header.Sequences))
        {
            throw new IndexedDatasetException(
                $"the index has {length} bytes, which does not fit its {header.Sequences} sequences and {header.DocumentEntries} document entries"
                + $"{(header is { Sequences: >= 0 and < 1L << 40, DocumentEntries: >= 0 and < 1L << 40 } ? $" ({header.End} bytes)" : "")}: it is cut off or damaged. {Advice}",
                file);
        }

        return header;
    }

    /// <summary>What to do about a damaged index.</summary>
    internal const string Advice = "Copy the .bin and .idx files again, or tokenize again.";
}
