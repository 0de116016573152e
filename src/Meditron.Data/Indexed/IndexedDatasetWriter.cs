using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace Meditron.Data.Indexed;

/// <summary>
/// Writes a .bin/.idx pair so that it is there whole or not at all: under temporary names, flushed to the disk, then renamed, the .idx last.
/// A pair of that name that was there before stays until the new one is complete.
/// </summary>
public sealed class IndexedDatasetWriter : IDisposable
{
    private readonly DatasetPaths _paths;
    private readonly DatasetPaths _temporary;
    private readonly Func<string, Stream> _create;
    private readonly int _tokenSize;
    private readonly long _largest;
    private readonly List<int> _sizes = [];
    private readonly List<long> _documents = [0];
    private readonly IncrementalHash _hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(1 << 20);
    private int _buffered;
    private Stream? _bin;
    private bool _completed;

    /// <summary>Starts a dataset.</summary>
    /// <param name="prefix">The files' path without .bin and .idx; its folder is created.</param>
    /// <param name="type">How tokens are to lie in the file; see <see cref="TokenTypes.ForVocabulary"/>.</param>
    /// <exception cref="OutputException">The file cannot be created.</exception>
    public IndexedDatasetWriter(string prefix, TokenType type)
        : this(prefix, type, path => new FileStream(path, FileMode.Create, FileAccess.Write, FileShare.None, bufferSize: 1))
    {
    }

    /// <summary>Starts a dataset on streams that the caller makes.</summary>
    internal IndexedDatasetWriter(string prefix, TokenType type, Func<string, Stream> create)
    {
        _paths = DatasetPaths.From(prefix);
        _temporary = new DatasetPaths(_paths.Prefix + ".partial");
        _create = create;
        _largest = TokenTypes.Largest(type);
        Type = type;
        _tokenSize = _largest < 0 ? throw new ArgumentException($"Tokens cannot be written as {type}.", nameof(type)) : TokenTypes.SizeOf(type)!.Value;
        try
        {
            AtomicFile.CreateFolderOf(_paths.Bin);
            _bin = create(_temporary.Bin);
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw OutputException.From("start the dataset", _paths.Bin, reason);
        }
    }

    /// <summary>How tokens lie in the file.</summary>
    public TokenType Type { get; }

    /// <summary>Documents written so far.</summary>
    public long Documents => _documents.Count - 1;

    /// <summary>Sequences written so far.</summary>
    public long Sequences => _sizes.Count;

    /// <summary>Tokens written so far.</summary>
    public long Tokens { get; private set; }

    /// <summary>Adds a document of one sequence.</summary>
    /// <exception cref="OutputException">The tokens cannot be written, for example as the disk is full.</exception>
    /// <exception cref="Tokenization.VocabularyException">A token does not fit the type.</exception>
    public void AddDocument(ReadOnlySpan<int> tokens)
    {
        AddSequence(tokens);
        EndDocument();
    }

    /// <summary>Adds a sequence to the document that <see cref="EndDocument"/> ends.</summary>
    /// <exception cref="OutputException">The tokens cannot be written, for example as the disk is full.</exception>
    /// <exception cref="Tokenization.VocabularyException">A token does not fit the type.</exception>
    public void AddSequence(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            if (token < 0 || token > _largest)
            {
                throw new Tokenization.VocabularyException($"token {token} does not fit the type {Type} (0 to {_largest}); write 32-bit tokens for this vocabulary.", _paths.Bin);
            }
        }

        for (var done = 0; done < tokens.Length;)
        {
            var count = Math.Min(tokens.Length - done, (_buffer.Length - _buffered) / _tokenSize);
            if (count == 0)
            {
                FlushBuffer();
                continue;
            }

            TokenConversion.Write(tokens.Slice(done, count), Type, _buffer.AsSpan(_buffered, count * _tokenSize));
            _buffered += count * _tokenSize;
            done += count;
        }

        _sizes.Add(tokens.Length);
        Tokens += tokens.Length;
    }

    /// <summary>Ends a document. One without sequences is not counted.</summary>
    public void EndDocument()
    {
        if (_documents[^1] != _sizes.Count)
        {
            _documents.Add(_sizes.Count);
        }
    }

    /// <summary>Appends a dataset of the same type, as Megatron's merge_datasets does.</summary>
    /// <exception cref="IndexedDatasetException">The types differ.</exception>
    public void Append(IndexedDataset dataset, CancellationToken cancellation = default)
    {
        if (dataset.Type != Type)
        {
            throw new IndexedDatasetException(
                $"could not merge {dataset.Paths.Prefix} into {_paths.Prefix}: its tokens are {dataset.Type}, {Type} was expected. Tokenize all parts with one tokenizer.", dataset.Paths.Idx);
        }

        var before = _sizes.Count;
        var tokens = ArrayPool<int>.Shared.Rent(1 << 16);
        try
        {
            for (long sequence = 0; sequence < dataset.Sequences; sequence++)
            {
                cancellation.ThrowIfCancellationRequested();
                var size = dataset.SizeOf(sequence);
                if (size > tokens.Length)
                {
                    ArrayPool<int>.Shared.Return(tokens);
                    tokens = ArrayPool<int>.Shared.Rent(size);
                }

                dataset.Read(sequence, 0, tokens.AsSpan(0, size));
                AddSequence(tokens.AsSpan(0, size));
            }
        }
        finally
        {
            ArrayPool<int>.Shared.Return(tokens);
        }

        for (long document = 1; document <= dataset.Documents; document++)
        {
            _documents.Add(before + dataset.DocumentStart(document));
        }
    }

    /// <summary>Makes the dataset durable and gives it its name.</summary>
    /// <param name="details">What else to note beside the pair: tokenizer, vocabulary, end of document.</param>
    /// <returns>What was noted.</returns>
    /// <exception cref="OutputException">The files cannot be written, for example as the disk is full.</exception>
    public DatasetManifest Complete(DatasetManifest? details = null)
    {
        ObjectDisposedException.ThrowIf(_bin is null, this);
        FlushBuffer();
        try
        {
            Finish(_bin);
            var manifest = (details ?? new DatasetManifest()) with
            {
                Documents = Documents,
                Tokens = Tokens,
                BinSha256 = Convert.ToHexStringLower(_hash.GetHashAndReset()),
                IdxSha256 = WriteIdx(),
            };
            using (var stream = _create(_temporary.Manifest))
            {
                stream.Write(manifest.ToJson());
                Finish(stream);
            }

            // From here to the last rename there is no .idx of that name: a pair is never made of an old and a new file.
            File.Delete(_paths.Idx);
            File.Move(_temporary.Bin, _paths.Bin, overwrite: true);
            File.Move(_temporary.Manifest, _paths.Manifest, overwrite: true);
            File.Move(_temporary.Idx, _paths.Idx);
            AtomicFile.FlushFolderOf(_paths.Idx);
            _completed = true;
            return manifest;
        }
        catch (Exception reason) when (reason is IOException or UnauthorizedAccessException)
        {
            throw OutputException.From("complete the dataset", _paths.Prefix, reason);
        }
    }

    /// <summary>Ends the writing; what was not completed is deleted.</summary>
    public void Dispose()
    {
        if (_bin is null)
        {
            return;
        }

        _bin.Dispose();
        _bin = null;
        _hash.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
        if (!_completed)
        {
            AtomicFile.Delete(_temporary.Bin);
            AtomicFile.Delete(_temporary.Manifest);
            AtomicFile.Delete(_temporary.Idx);
        }
    }

    private static void Finish(Stream stream)
    {
        if (stream is FileStream file)
        {
            file.Flush(flushToDisk: true);
        }
        else
        {
            stream.Flush();
        }

        stream.Dispose();
    }

    private void FlushBuffer()
    {
        ObjectDisposedException.ThrowIf(_bin is null, this);
        try
        {
            _bin.Write(_buffer, 0, _buffered);
        }
        catch (IOException reason)
        {
            throw OutputException.From("write the dataset's tokens", _paths.Bin, reason);
        }

        _hash.AppendData(_buffer, 0, _buffered);
        _buffered = 0;
    }

    private string WriteIdx()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        using var stream = _create(_temporary.Idx);
        var header = new IdxHeader(Type, _sizes.Count, _documents.Count);
        header.Write(_buffer);
        Put(IdxHeader.Size);
        PutAll(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_sizes)));

        long pointer = 0;
        var filled = 0;
        foreach (var size in _sizes)
        {
            BinaryPrimitives.WriteInt64LittleEndian(_buffer.AsSpan(filled), pointer);
            pointer += (long)size * _tokenSize;
            filled += 8;
            if (filled > _buffer.Length - 8)
            {
                Put(filled);
                filled = 0;
            }
        }

        Put(filled);
        PutAll(MemoryMarshal.AsBytes(CollectionsMarshal.AsSpan(_documents)));
        Finish(stream);
        return Convert.ToHexStringLower(hash.GetHashAndReset());

        void Put(int count)
        {
            stream.Write(_buffer, 0, count);
            hash.AppendData(_buffer, 0, count);
        }

        void PutAll(ReadOnlySpan<byte> bytes)
        {
            stream.Write(bytes);
            hash.AppendData(bytes);
        }
    }
}
