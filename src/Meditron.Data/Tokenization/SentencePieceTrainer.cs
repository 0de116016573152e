using System.Globalization;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace Meditron.Data.Tokenization;

/// <summary>Trains a BPE SentencePiece model on texts; the same texts and options give the same bytes.</summary>
public static unsafe class SentencePieceTrainer
{
    /// <summary>Trains on the texts and writes the model to a file, whole or not at all.</summary>
    /// <exception cref="TokenizerModelException">The library refused, for example as the vocabulary is too large or too small for the text.</exception>
    /// <exception cref="OutputException">The model could not be written.</exception>
    public static void Train(
        IEnumerable<ReadOnlyMemory<byte>> texts, string modelPath, SentencePieceTrainerOptions? options = null, CancellationToken cancellation = default)
    {
        var model = Train(texts, options, cancellation);
        AtomicFile.Write(modelPath, "the tokenizer's model", stream => stream.Write(model));
    }

    /// <summary>Trains on the texts, in UTF-8, and gives the model's bytes.</summary>
    /// <exception cref="TokenizerModelException">The library refused, for example as the vocabulary is too large or too small for the text.</exception>
    public static byte[] Train(IEnumerable<ReadOnlyMemory<byte>> texts, SentencePieceTrainerOptions? options = null, CancellationToken cancellation = default)
    {
        options ??= new SentencePieceTrainerOptions();
        NativeSentencePiece.RequireLibrary();
        var settings = Settings(options);
        using var lines = new TrainingLines(texts, options.MaximumLineBytes, cancellation);
        var handle = GCHandle.Alloc(lines);
        try
        {
            var status = NativeSentencePiece.Train(
                [.. settings.Keys], [.. settings.Values], settings.Count, &NextLine, GCHandle.ToIntPtr(handle), out var result);
            lines.Failure?.Throw();
            cancellation.ThrowIfCancellationRequested();
            if (status != NativeSentencePiece.Status.Ok)
            {
                throw Refused(status, options, lines);
            }

            try
            {
                NativeSentencePiece.BytesView(result, out var data, out var size);
                return new ReadOnlySpan<byte>(data, checked((int)size)).ToArray();
            }
            finally
            {
                NativeSentencePiece.BytesFree(result);
            }
        }
        finally
        {
            handle.Free();
        }
    }

    private static Exception Refused(NativeSentencePiece.Status status, SentencePieceTrainerOptions options, TrainingLines lines)
    {
        if (status == NativeSentencePiece.Status.OutOfMemory)
        {
            return new InsufficientMemoryException("Not enough memory to train a tokenizer.");
        }

        var advice = lines.Count == 0
            ? "there is no text in the input; give files that hold some"
            : "choose a vocabulary that fits the text: larger than its characters (with 256 bytes and 3 marks), smaller than its different words allow";
        return new TokenizerModelException(
            $"could not train a tokenizer of {options.VocabularySize} pieces on {lines.Count} lines ({lines.Bytes} bytes): {NativeSentencePiece.LastError()}; {advice}.");
    }

    private static Dictionary<string, string> Settings(SentencePieceTrainerOptions options)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.VocabularySize);
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(options.Threads);
        ArgumentOutOfRangeException.ThrowIfLessThan(options.MaximumLineBytes, 16);
        var settings = new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["model_type"] = "bpe",
            ["vocab_size"] = options.VocabularySize.ToString(CultureInfo.InvariantCulture),
            ["character_coverage"] = options.CharacterCoverage.ToString("R", CultureInfo.InvariantCulture),
            ["byte_fallback"] = Flag(options.ByteFallback),
            ["split_digits"] = Flag(options.SplitDigits),
            ["normalization_rule_name"] = options.Normalization,
            ["remove_extra_whitespaces"] = Flag(options.RemoveExtraWhitespace),
            ["allow_whitespace_only_pieces"] = "true",
            ["num_threads"] = options.Threads.ToString(CultureInfo.InvariantCulture),
            ["max_sentence_length"] = options.MaximumLineBytes.ToString(CultureInfo.InvariantCulture),
            ["minloglevel"] = "2",
        };
        foreach (var (key, value) in options.Further)
        {
            settings[key] = value;
        }

        return settings;
    }

    private static string Flag(bool value) => value ? "true" : "false";

    [UnmanagedCallersOnly]
    private static long NextLine(nint state, byte** line)
    {
        const long end = -1, stop = -2;
        var lines = (TrainingLines)GCHandle.FromIntPtr(state).Target!;
        return lines.TryNext(out var pointer, out var length) switch
        {
            true when (*line = (byte*)pointer) is not null => length,
            false when lines.Failure is null => end,
            _ => stop,
        };
    }
}
