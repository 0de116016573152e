using System.Buffers;
using System.Security.Cryptography;
using System.Text;

namespace Meditron.Data.Tokenization;

/// <summary>
/// MEDITRON's tokenizer: a SentencePiece model with special tokens, each of which is found first; the text between them is encoded piece by piece
/// (as Megatron-LLM does), so every piece begins with its own dummy space, and no begin mark is added.
/// </summary>
public sealed class MeditronTokenizer : ITokenizer, IDisposable
{
    private static readonly string[] BuiltInTokens = ["<CLS>", "<SEP>", "<EOD>", "<MASK>"];

    private readonly SentencePieceTokenizer _model;
    private readonly List<Special> _specials = [];
    private readonly Dictionary<int, string> _specialOfId = [];
    private readonly SearchValues<byte> _firstBytes;

    /// <summary>Adds MEDITRON's tokens to a loaded model, which the tokenizer then owns.</summary>
    /// <exception cref="TokenizerModelException">A token is empty, or no token can end a document.</exception>
    public MeditronTokenizer(SentencePieceTokenizer model, MeditronTokenizerOptions? options = null)
    {
        options ??= new MeditronTokenizerOptions();
        _model = model;
        VocabularySize = model.VocabularySize;
        foreach (var token in BuiltInTokens)
        {
            Add(token, options.NewTokens);
        }

        Add(model.Pad is { } pad ? model.PieceOf(pad) : "<PAD>", options.NewTokens);
        Add(model.Begin is { } begin ? model.PieceOf(begin) : "<BOS>", options.NewTokens);
        Add(model.End is { } end ? model.PieceOf(end) : "<EOS>", options.NewTokens);
        foreach (var token in options.ExtraTokens)
        {
            Add(token, options.NewTokens);
        }

        EndOfDocument = IdOf("<EOD>") ?? model.End ?? throw new TokenizerModelException(
            "could not set up the tokenizer: no token ends a document, as the model has no end-of-sentence piece and no new tokens are to be added. Allow new tokens.");
        Pad = model.Pad ?? IdOf("<PAD>") ?? EndOfDocument;
        _firstBytes = SearchValues.Create([.. _specials.Select(special => special.Utf8[0]).Distinct()]);
        Hash = ComputeHash();
    }

    /// <inheritdoc/>
    /// <remarks>32,017 for Llama's model with MEDITRON's tokens, 32,019 with those of instruction tuning.</remarks>
    public int VocabularySize { get; private set; }

    /// <inheritdoc/>
    public int EndOfDocument { get; }

    /// <inheritdoc/>
    public int? Pad { get; }

    /// <inheritdoc/>
    public string Hash { get; }

    /// <summary>The SentencePiece model underneath.</summary>
    public SentencePieceTokenizer Model => _model;

    /// <summary>The special tokens and their ids, in the order they were added.</summary>
    public IReadOnlyList<KeyValuePair<string, int>> SpecialTokens => [.. _specials.Select(special => KeyValuePair.Create(special.Text, special.Id))];

    /// <summary>Loads a model and adds MEDITRON's tokens to it.</summary>
    /// <exception cref="MissingInputException">There is no such file.</exception>
    /// <exception cref="TokenizerModelException">The file is not a SentencePiece model.</exception>
    public static MeditronTokenizer Load(string path, MeditronTokenizerOptions? options = null) => new(SentencePieceTokenizer.Load(path), options);

    /// <summary>The id of a special token, or null where it is none.</summary>
    public int? IdOf(string specialToken)
    {
        foreach (var special in _specials)
        {
            if (string.Equals(special.Text, specialToken, StringComparison.Ordinal))
            {
                return special.Id;
            }
        }

        return null;
    }

    /// <inheritdoc/>
    public void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> output)
    {
        var rest = utf8;
        while (FindSpecial(rest, out var at) is { } special)
        {
            _model.Encode(rest[..at], output);
            output.GetSpan(1)[0] = special.Id;
            output.Advance(1);
            rest = rest[(at + special.Utf8.Length)..];
        }

        _model.Encode(rest, output);
    }

    /// <inheritdoc/>
    /// <remarks>Special tokens stand in the text as they are written, with no spaces put around them.</remarks>
    public string Decode(ReadOnlySpan<int> tokens)
    {
        var text = new StringBuilder();
        var start = 0;
        for (var i = 0; i < tokens.Length; i++)
        {
            var token = tokens[i];
            if ((uint)token >= (uint)VocabularySize)
            {
                throw new VocabularyException(
                    $"could not decode token {token}: the tokenizer's ids are 0 to {VocabularySize - 1}. Use the tokenizer that the data was made with.");
            }

            if (_specialOfId.TryGetValue(token, out var special))
            {
                text.Append(_model.Decode(tokens[start..i])).Append(special);
                start = i + 1;
            }
        }

        return text.Append(_model.Decode(tokens[start..])).ToString();
    }

    /// <inheritdoc/>
    public void Dispose() => _model.Dispose();

    private void Add(string token, bool newTokens)
    {
        if (token.Length == 0)
        {
            throw new TokenizerModelException("could not set up the tokenizer: a special token is empty. Take it out of the list.");
        }

        if (IdOf(token) is not null)
        {
            return;
        }

        if (_model.IdOf(token) is not { } id)
        {
            if (!newTokens)
            {
                return;
            }

            id = VocabularySize++;
        }

        _specials.Add(new Special(token, Encoding.UTF8.GetBytes(token), id));
        _specialOfId.TryAdd(id, token);
    }

    // The special token that begins first; of several that begin at one place, the one that was added first.
    private Special? FindSpecial(ReadOnlySpan<byte> text, out int at)
    {
        for (at = 0; ; at++)
        {
            var found = text[at..].IndexOfAny(_firstBytes);
            if (found < 0)
            {
                return null;
            }

            at += found;
            foreach (var special in _specials)
            {
                if (text[at..].StartsWith(special.Utf8))
                {
                    return special;
                }
            }
        }
    }

    private string ComputeHash()
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(_model.ModelHash);
        foreach (var special in _specials)
        {
            hash.AppendData(special.Utf8);
            hash.AppendData(Encoding.UTF8.GetBytes($"\0{special.Id}\n"));
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    private sealed record Special(string Text, byte[] Utf8, int Id);
}
