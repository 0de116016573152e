using System.Buffers;

namespace Meditron.Data.Tokenization;

/// <summary>Turns text into token ids and back; any number of threads may use one at a time.</summary>
public interface ITokenizer
{
    /// <summary>How many ids there are: every id is at least 0 and below this.</summary>
    int VocabularySize { get; }

    /// <summary>The id that ends a document.</summary>
    int EndOfDocument { get; }

    /// <summary>The id that fills up short sequences, where there is one.</summary>
    int? Pad { get; }

    /// <summary>SHA-256, in hexadecimal, of the model's bytes and the special tokens: two tokenizers with one hash give the same ids.</summary>
    string Hash { get; }

    /// <summary>Appends the ids of a text in UTF-8. Nothing is added before or after it.</summary>
    void Encode(ReadOnlySpan<byte> utf8, IBufferWriter<int> output);

    /// <summary>The text of some ids.</summary>
    /// <exception cref="VocabularyException">An id is outside the vocabulary.</exception>
    string Decode(ReadOnlySpan<int> tokens);
}
