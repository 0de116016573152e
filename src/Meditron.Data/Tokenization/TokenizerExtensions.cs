using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;

namespace Meditron.Data.Tokenization;

/// <summary>Other forms of the calls of <see cref="ITokenizer"/>.</summary>
public static class TokenizerExtensions
{
    /// <summary>The ids of a text.</summary>
    public static int[] Encode(this ITokenizer tokenizer, string text)
    {
        var ids = new ArrayBufferWriter<int>(text.Length / 2 + 8);
        tokenizer.Encode(Encoding.UTF8.GetBytes(text), ids);
        return ids.WrittenSpan.ToArray();
    }

    /// <summary>Appends the ids of a text.</summary>
    public static void Encode(this ITokenizer tokenizer, string text, List<int> output) => tokenizer.Encode(Encoding.UTF8.GetBytes(text), output);

    /// <summary>Appends the ids of a text in UTF-8.</summary>
    public static void Encode(this ITokenizer tokenizer, ReadOnlySpan<byte> utf8, List<int> output)
    {
        var ids = new ArrayBufferWriter<int>(utf8.Length / 2 + 8);
        tokenizer.Encode(utf8, ids);
        var at = output.Count;
        CollectionsMarshal.SetCount(output, at + ids.WrittenCount);
        ids.WrittenSpan.CopyTo(CollectionsMarshal.AsSpan(output)[at..]);
    }

    /// <summary>The vocabulary a model is given: the tokenizer's size rounded up to a multiple (Megatron: 128 times the tensor-parallel size).</summary>
    public static int PaddedVocabularySize(this ITokenizer tokenizer, int multiple)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(multiple);
        return checked((tokenizer.VocabularySize + multiple - 1) / multiple * multiple);
    }

    /// <summary>Checks that a model with so many rows of embeddings can take every id of the tokenizer.</summary>
    /// <param name="tokenizer">The tokenizer.</param>
    /// <param name="modelVocabularySize">Rows of the model's embedding.</param>
    /// <param name="model">What the model is called in the message, for example its preset or folder.</param>
    /// <exception cref="VocabularyException">The model's vocabulary is too small.</exception>
    public static void RequireFits(this ITokenizer tokenizer, int modelVocabularySize, string model)
    {
        if (tokenizer.VocabularySize > modelVocabularySize)
        {
            throw new VocabularyException(
                $"the tokenizer does not fit the model {model}: it has {tokenizer.VocabularySize} ids, the model's vocabulary has {modelVocabularySize}. "
                + $"Give the model a vocabulary of at least {tokenizer.VocabularySize} (for example {tokenizer.PaddedVocabularySize(128)}, "
                + "a multiple of 128), or use the tokenizer that the model was made with.");
        }
    }
}
