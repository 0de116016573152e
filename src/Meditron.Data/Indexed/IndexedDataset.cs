using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Meditron.Data.Indexed;

/// <summary>
/// Reads Megatron's memory-mapped .bin/.idx pair: tokens in sequences, sequences in documents. Everything the index says is checked when it is
/// opened. Any number of threads may read at a time.
/// </summary>
public sealed class IndexedDataset : IDisposable
{
    private readonly MappedFile _idx;
    private readonly MappedFile _bin;
    private readonly IdxHeader _header;
    private readonly int _tokenSize;

    private IndexedDataset(DatasetPaths paths, MappedFile idx, MappedFile bin, IdxHeader header, int tokenSize, DatasetManifest? manifest)
    {
        Paths = paths;
        _idx = idx;
        _bin = bin;
        _header = header;
        _tokenSize = tokenSize;
        Manifest = manifest;
    }

    /// <summary>The files.</summary>
    public DatasetPaths Paths { get; }

    /// <summary>What is noted beside the pair, where something is.</summary>
    public DatasetManifest? Manifest { get; }

    /// <summary>How tokens lie in the .bin file.</summary>
    public TokenType Type => _header.Type;

    /// <summary>How many sequences there are.</summary>
    public long Sequences => _header.Sequences;

    /// <summary>How many documents there are; 0 for a file whose writer marked none, as for instruction data.</summary>
    public long Documents => Math.Max(0, _header.DocumentEntries - 1);

    /// <summary>How many tokens there are.</summary>
    public long Tokens => _bin.Length / _tokenSize;

    /// <summary>Opens a dataset and checks it.</summary>
    /// <param name="prefix">The files' path without .bin and .idx.</param>
    /// <param name="floatSize">Bytes of <see cref="TokenType.Float"/>: 4 as in NVIDIA's Megatron-LM, 8 as in Megatron-LLM.</param>
    /// <exception cref="IndexedDatasetException">A file is missing, cut off, damaged, or does not fit the other.</exception>
    public static IndexedDataset Open(string prefix, int floatSize = 4)
    {
        var paths = DatasetPaths.From(prefix);
        var manifest = DatasetManifest.TryRead(paths);
        MappedFile? idx = null, bin = null;
        try
        {
            idx = new MappedFile(paths.Idx, "the dataset's index");
            bin = new MappedFile(paths.Bin, "the dataset's tokens");
            var header = IdxHeader.Read(idx.Slice(0, (int)Math.Min(idx.Length, IdxHeader.Size)), idx.Length, paths.Idx);
            var tokenSize = TokenTypes.SizeOf(header.Type) ?? floatSize;
            Validate(idx, bin, header, tokenSize);
            if (manifest is not null)
            {
                CheckSha256(idx, manifest.IdxSha256, paths);
            }

            return new IndexedDataset(paths, idx, bin, header, tokenSize, manifest);
        }
        catch
        {
            idx?.Dispose();
            bin?.Dispose();
            throw;
        }
    }

    /// <summary>Tokens of a sequence.</summary>
    public int SizeOf(long sequence)
    {
        RequireSequence(sequence);
        return BinaryPrimitives.ReadInt32LittleEndian(_idx.Slice(_header.SizesAt + (4 * sequence), 4));
    }

    /// <summary>Tokens of every sequence, in order.</summary>
    public int[] Sizes()
    {
        var sizes = new int[checked((int)Sequences)];
        for (var done = 0; done < sizes.Length;)
        {
            var count = Math.Min(sizes.Length - done, 1 << 20);
            MemoryMarshal.Cast<byte, int>(_idx.Slice(_header.SizesAt + (4L * done), 4 * count)).CopyTo(sizes.AsSpan(done));
            done += count;
        }

        return sizes;
    }

    /// <summary>The first sequence of a document, or, for the number of documents, the end of the last one.</summary>
    public long DocumentStart(long document)
    {
        if (document < 0 || document > Documents)
        {
            throw new ArgumentOutOfRangeException(nameof(document), document, $"{Paths.Prefix} has {Documents} documents.");
        }

        return BinaryPrimitives.ReadInt64LittleEndian(_idx.Slice(_header.DocumentsAt + (8 * document), 8));
    }

    /// <summary>Reads tokens of a sequence into the destination, which says how many.</summary>
    /// <param name="sequence">The sequence.</param>
    /// <param name="offset">The first token in it.</param>
    /// <param name="destination">Where they go.</param>
    /// <exception cref="IndexedDatasetException">The file does not hold tokens, or one that does not fit 32 bits.</exception>
    public void Read(long sequence, int offset, Span<int> destination)
    {
        var size = SizeOf(sequence);
        if (offset < 0 || offset > size - destination.Length)
        {
            throw new ArgumentOutOfRangeException(
                nameof(offset), offset, $"Tokens {offset} to {(long)offset + destination.Length} are not in sequence {sequence} of {Paths.Prefix}, which has {size}.");
        }

        var pointer = BinaryPrimitives.ReadInt64LittleEndian(_idx.Slice(_header.PointersAt + (8 * sequence), 8));
        Convert(_bin.Slice(pointer + ((long)offset * _tokenSize), checked(destination.Length * _tokenSize)), destination);
    }

    /// <summary>All tokens of a sequence.</summary>
    public int[] Read(long sequence)
    {
        var tokens = new int[SizeOf(sequence)];
        Read(sequence, 0, tokens);
        return tokens;
    }

    /// <summary>Reads tokens as they lie in the .bin file, from the given one on, without regard to sequences.</summary>
    public void ReadFlat(long firstToken, Span<int> destination) =>
        Convert(_bin.Slice(firstToken * _tokenSize, checked(destination.Length * _tokenSize)), destination);

    /// <summary>Checks that every token is below a vocabulary's size. Reads the whole .bin file.</summary>
    /// <exception cref="Tokenization.VocabularyException">A token is not.</exception>
    public void RequireTokensBelow(int vocabularySize, CancellationToken cancellation = default)
    {
        if (Manifest?.VocabularySize is { } known && known <= vocabularySize)
        {
            return;
        }

        var block = new int[1 << 16];
        for (long at = 0; at < Tokens; at += block.Length)
        {
            cancellation.ThrowIfCancellationRequested();
            var part = block.AsSpan(0, (int)Math.Min(block.Length, Tokens - at));
            ReadFlat(at, part);
            var largest = TokenConversion.Largest(part);
            if (largest >= vocabularySize)
            {
                throw new Tokenization.VocabularyException(
                    $"the dataset does not fit the vocabulary: token {at + part.IndexOf(largest)} is {largest}, the vocabulary has {vocabularySize} ids. "
                    + "Use the tokenizer the data was made with, or tokenize again.", Paths.Bin);
            }
        }
    }

    /// <summary>Checks the .bin file against the checksum noted beside it. Reads the whole file.</summary>
    /// <returns>False where no checksum is noted.</returns>
    /// <exception cref="IndexedDatasetException">The file was changed.</exception>
    public bool VerifyTokens()
    {
        if (Manifest is null)
        {
            return false;
        }

        if (!string.Equals(Sha256(_bin), Manifest.BinSha256, StringComparison.OrdinalIgnoreCase))
        {
            throw new IndexedDatasetException(
                $"the tokens were changed after they were written: their SHA-256 is not the one in {Paths.Manifest}. {IdxHeader.Advice}", Paths.Bin);
        }

        return true;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _idx.Dispose();
        _bin.Dispose();
    }

    private static void Validate(MappedFile idx, MappedFile bin, IdxHeader header, int tokenSize)
    {
        const int block = 1 << 16;
        long expected = 0;
        for (long done = 0; done < header.Sequences; done += block)
        {
            var count = (int)Math.Min(block, header.Sequences - done);
            var sizes = idx.Slice(header.SizesAt + (4 * done), 4 * count);
            var pointers = idx.Slice(header.PointersAt + (8 * done), 8 * count);
            for (var i = 0; i < count; i++)
            {
                var size = BinaryPrimitives.ReadInt32LittleEndian(sizes[(4 * i)..]);
                if (size < 0)
                {
                    throw new IndexedDatasetException($"the index is damaged: sequence {done + i} has {size} tokens. {IdxHeader.Advice}", idx.Path);
                }

                var pointer = BinaryPrimitives.ReadInt64LittleEndian(pointers[(8 * i)..]);
                if (pointer != expected)
                {
                    throw new IndexedDatasetException(
                        $"the index is damaged: sequence {done + i} begins at byte {pointer}, {expected} was expected from the sizes before it. {IdxHeader.Advice}", idx.Path);
                }

                expected += (long)size * tokenSize;
            }
        }

        if (expected != bin.Length)
        {
            throw new IndexedDatasetException(
                $"the tokens do not fit the index: {bin.Path} has {bin.Length} bytes, {expected} were expected for {header.Sequences} sequences. "
                + $"One of the two is cut off, damaged or of another dataset. {IdxHeader.Advice}", idx.Path);
        }

        ValidateDocuments(idx, header);
    }

    private static void ValidateDocuments(MappedFile idx, IdxHeader header)
    {
        const int block = 1 << 16;
        long previous = -1;
        for (long done = 0; done < header.DocumentEntries; done += block)
        {
            var count = (int)Math.Min(block, header.DocumentEntries - done);
            var documents = idx.Slice(header.DocumentsAt + (8 * done), 8 * count);
            for (var i = 0; i < count; i++)
            {
                var start = BinaryPrimitives.ReadInt64LittleEndian(documents[(8 * i)..]);
                if (done + i == 0 ? start != 0 : start <= previous || start > header.Sequences)
                {
                    throw new IndexedDatasetException(
                        $"the index is damaged: document {done + i} begins at sequence {start}, "
                        + $"{(done + i == 0 ? "0" : $"{previous + 1} to {header.Sequences}")} was expected. {IdxHeader.Advice}", idx.Path);
                }

                previous = start;
            }
        }

        if (header.DocumentEntries == 0)
        {
            throw new IndexedDatasetException($"the index is damaged: it has no document entries, at least one was expected. {IdxHeader.Advice}", idx.Path);
        }

        if (header.DocumentEntries > 1 && previous != header.Sequences)
        {
            throw new IndexedDatasetException(
                $"the index is damaged: its last document ends at sequence {previous}, {header.Sequences} was expected. {IdxHeader.Advice}", idx.Path);
        }
    }

    private static void CheckSha256(MappedFile file, string expected, DatasetPaths paths)
    {
        if (!string.Equals(Sha256(file), expected, StringComparison.OrdinalIgnoreCase))
        {
            throw new IndexedDatasetException(
                $"the index was changed after it was written: its SHA-256 is not the one in {paths.Manifest}. {IdxHeader.Advice}", file.Path);
        }
    }

    private static string Sha256(MappedFile file)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        const int block = 1 << 24;
        for (long at = 0; at < file.Length; at += block)
        {
            hash.AppendData(file.Slice(at, (int)Math.Min(block, file.Length - at)));
        }

        return System.Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private void Convert(ReadOnlySpan<byte> source, Span<int> destination)
    {
        switch (Type)
        {
            case TokenType.UInt16:
                TokenConversion.Widen(MemoryMarshal.Cast<byte, ushort>(source), destination);
                return;
            case TokenType.Int32:
                MemoryMarshal.Cast<byte, int>(source).CopyTo(destination);
                return;
            case TokenType.UInt8:
                TokenConversion.Widen(source, destination);
                return;
            case TokenType.Int8:
                TokenConversion.Widen(MemoryMarshal.Cast<byte, sbyte>(source), destination);
                return;
            case TokenType.Int16:
                TokenConversion.Widen(MemoryMarshal.Cast<byte, short>(source), destination);
                return;
            case TokenType.Int64:
                if (TokenConversion.Narrow(source, destination) is { } token)
                {
                    throw new IndexedDatasetException($"a token is {token}, which is not an id. {IdxHeader.Advice}", Paths.Bin);
                }

                return;
            default:
                throw new IndexedDatasetException($"the file holds {Type} numbers, tokens were expected. Give a dataset of tokens.", Paths.Bin);
        }
    }

    private void RequireSequence(long sequence)
    {
        if (sequence < 0 || sequence >= Sequences)
        {
            throw new ArgumentOutOfRangeException(nameof(sequence), sequence, $"{Paths.Prefix} has {Sequences} sequences.");
        }
    }
}
