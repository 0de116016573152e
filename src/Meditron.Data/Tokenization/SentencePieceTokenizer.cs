using System.Buffers;
using System.Collections.Concurrent;
using System.Security.Cryptography;
using System.Text;

namespace Meditron.Data.Tokenization;

/// <summary>A SentencePiece model as it is: no tokens added, <c>&lt;/s&gt;</c> ends a document.</summary>
public sealed unsafe class SentencePieceTokenizer : ITokenizer, IDisposable
{
    /// <summary>Bytes of words that one thread's encoder remembers where nothing else is said.</summary>
    public const long DefaultWordMemory = 16 << 20;

    private readonly SentencePieceModelHandle _model;
    private readonly ConcurrentBag<SentencePieceEncoderHandle> _encoders = [];
    private readonly NativeSentencePiece.Info _info;
    private readonly long _wordMemory;

    private SentencePieceTokenizer(SentencePieceModelHandle model, NativeSentencePiece.Info info, byte[] modelHash, long wordMemory)
    {
        _model = model;
        _info = info;
        _wordMemory = wordMemory;
        ModelHash = modelHash;
        Hash = Convert.ToHexStringLower(modelHash);
    }

    /// <inheritdoc/>
    public int VocabularySize => _info.VocabularySize;

    /// <inheritdoc/>
    /// <remarks>The model's end-of-sentence piece, or its unknown piece where it has none.</remarks>
    public int EndOfDocument => _info.EndId >= 0 ? _info.EndId : _info.UnknownId;

    /// <inheritdoc/>
    public int? Pad => _info.PadId >= 0 ? _info.PadId : null;

    /// <inheritdoc/>
    public string Hash { get; }

    /// <summary>The id of text the model has no piece for.</summary>
    public int Unknown => _info.UnknownId;

    /// <summary>The id that begins a sentence, where the model has one. It is never added by encoding.</summary>
    public int? Begin => _info.BeginId >= 0 ? _info.BeginId : null;

    /// <summary>The id that ends a sentence, where the model has one. It is never added by encoding.</summary>
    public int? End => _info.EndId >= 0 ? _info.EndId : null;

    /// <summary>True where words are encoded once and remembered: the model guarantees that a word's ids do not depend on its neighbours.</summary>
    public bool RemembersWords => _info.WordsAreIndependent != 0 && _wordMemory > 0;

    /// <summary>SHA-256 of the model's bytes.</summary>
    internal byte[] ModelHash { get; }

    /// <summary>Loads a model from a file.</summary>
    /// <param name="path">A <c>.model</c> file.</param>
    /// <param name="wordMemory">Bytes of words each thread may remember, 0 for none. It changes the time taken, never the ids.</param>
    /// <exception cref="MissingInputException">There is no such file.</exception>
    /// <exception cref="TokenizerModelException">The file is not a SentencePiece model.</exception>
    public static SentencePieceTokenizer Load(string path, long wordMemory = DefaultWordMemory) =>
        Load(MissingInputException.ReadAll(path, "the tokenizer's model"), path, wordMemory);

    /// <summary>Loads a model from its bytes.</summary>
    /// <exception cref="TokenizerModelException">The bytes are not a SentencePiece model.</exception>
    public static SentencePieceTokenizer Load(ReadOnlySpan<byte> model, string? name = null, long wordMemory = DefaultWordMemory)
    {
        if (model.IsEmpty)
        {
            throw new TokenizerModelException("could not load the tokenizer's model: the file is empty. Copy it again, or train one.", name);
        }

        nint pointer;
        NativeSentencePiece.RequireLibrary();
        fixed (byte* bytes = model)
        {
            var status = NativeSentencePiece.ModelLoad(bytes, model.Length, out pointer);
            if (status == NativeSentencePiece.Status.BadModel)
            {
                throw new TokenizerModelException(
                    $"could not load the tokenizer's model: its {model.Length} bytes are not a SentencePiece model ({NativeSentencePiece.LastError()}). "
                    + "Give the path of a `.model` file, whole and not a pointer to one.", name);
            }

            NativeSentencePiece.Check(status, "load the tokenizer's model");
        }

        var handle = new SentencePieceModelHandle(pointer);
        NativeSentencePiece.Check(NativeSentencePiece.ModelInfo(pointer, out var info), "read the model's properties");
        return new SentencePieceTokenizer(handle, info, SHA256.HashData(model), wordMemory);
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> output)
    {
        if (utf8.IsEmpty)
        {
            return;
        }

        var encoder = Rent();
        try
        {
            fixed (byte* text = utf8)
            {
                NativeSentencePiece.Check(NativeSentencePiece.Encode(encoder, text, utf8.Length, out var ids, out var count), "encode a text");
                output.Write(new ReadOnlySpan<int>(ids, checked((int)count)));
            }
        }
        finally
        {
            _encoders.Add(encoder);
        }
    }

    /// <summary>Appends the ids of many texts, which lie one after another, in one call.</summary>
    /// <param name="utf8">The texts, one after another.</param>
    /// <param name="offsets">Where each text starts, and where the last one ends: one more than there are texts.</param>
    /// <param name="output">Where the ids go.</param>
    /// <param name="counts">How many ids each text has.</param>
    public void EncodeBatch(ReadOnlySpan<byte> utf8, ReadOnlySpan<long> offsets, IBufferWriter<int> output, Span<int> counts)
    {
        var texts = offsets.Length - 1;
        if (texts < 1 || counts.Length < texts || offsets[0] < 0 || offsets[^1] > utf8.Length)
        {
            throw new ArgumentException(
                $"{offsets.Length} offsets up to {(offsets.IsEmpty ? 0 : offsets[^1])} do not describe texts in {utf8.Length} bytes with {counts.Length} counts.", nameof(offsets));
        }

        var encoder = Rent();
        try
        {
            fixed (byte* text = utf8)
            fixed (long* starts = offsets)
            {
                NativeSentencePiece.Check(NativeSentencePiece.EncodeBatch(encoder, text, starts, texts, out var ids, out var ends), "encode a batch of texts");
                output.Write(new ReadOnlySpan<int>(ids, checked((int)ends[texts])));
                for (var i = 0; i < texts; i++)
                {
                    counts[i] = (int)(ends[i + 1] - ends[i]);
                }
            }
        }
        finally
        {
            _encoders.Add(encoder);
        }
    }

    /// <inheritdoc/>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        foreach (var token in tokens)
        {
            if ((uint)token >= (uint)VocabularySize)
            {
                throw new VocabularyException(
                    $"could not decode token {token}: the tokenizer's ids are 0 to {VocabularySize - 1}. Use the tokenizer that the data was made with.");
            }
        }

        var encoder = Rent();
        try
        {
            fixed (int* ids = tokens)
            {
                NativeSentencePiece.Check(NativeSentencePiece.Decode(encoder, ids, tokens.Length, out var text, out var length), "decode tokens");
                return Encoding.UTF8.GetString(text, checked((int)length));
            }
        }
        finally
        {
            _encoders.Add(encoder);
        }
    }

    /// <summary>The piece of an id, for example <c>▁the</c>.</summary>
    /// <exception cref="VocabularyException">The id is outside the vocabulary.</exception>
    public string PieceOf(int id)
    {
        if ((uint)id >= (uint)VocabularySize)
        {
            throw new VocabularyException($"there is no piece {id}: the tokenizer's ids are 0 to {VocabularySize - 1}.");
        }

        NativeSentencePiece.Check(NativeSentencePiece.ModelPiece(_model, id, out var text, out var length, out _), "look up a piece");
        return Encoding.UTF8.GetString(text, checked((int)length));
    }

    /// <summary>The id of a piece, or null where the vocabulary does not hold it.</summary>
    public int? IdOf(string piece)
    {
        var utf8 = Encoding.UTF8.GetBytes(piece);
        fixed (byte* text = utf8)
        {
            NativeSentencePiece.Check(NativeSentencePiece.ModelPieceId(_model, text, utf8.Length, out var id), "look up an id");
            return id >= 0 ? id : null;
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        while (_encoders.TryTake(out var encoder))
        {
            encoder.Dispose();
        }

        _model.Dispose();
    }

    private SentencePieceEncoderHandle Rent()
    {
        ObjectDisposedException.ThrowIf(_model.IsClosed, this);
        return _encoders.TryTake(out var encoder) ? encoder : new SentencePieceEncoderHandle(_model, _wordMemory);
    }
}
