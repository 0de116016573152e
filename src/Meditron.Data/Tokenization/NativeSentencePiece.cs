using System.Runtime.InteropServices;

namespace Meditron.Data.Tokenization;

/// <summary>The functions of libmeditron_sentencepiece (native/sentencepiece/sentencepiece_abi.h).</summary>
internal static unsafe partial class NativeSentencePiece
{
    private const string Library = "meditron_sentencepiece";

    /// <summary>What a piece is for, as msp_piece_kind.</summary>
    public enum PieceKind
    {
        /// <summary>Text.</summary>
        Normal = 0,

        /// <summary>What stands for text the model has no pieces for.</summary>
        Unknown = 1,

        /// <summary>Begin and end marks.</summary>
        Control = 2,

        /// <summary>One byte.</summary>
        Byte = 3,

        /// <summary>A piece that is never given out.</summary>
        Unused = 4,
    }

    /// <summary>The states a call returns, as msp_status.</summary>
    public enum Status
    {
        /// <summary>It went well.</summary>
        Ok = 0,

        /// <summary>An argument is out of range.</summary>
        InvalidArgument = 1,

        /// <summary>The bytes are no model.</summary>
        BadModel = 2,

        /// <summary>Not enough memory.</summary>
        OutOfMemory = 3,

        /// <summary>The caller stopped it.</summary>
        Cancelled = 4,

        /// <summary>Anything else.</summary>
        Other = 5,
    }

    [LibraryImport(Library, EntryPoint = "msp_last_error")]
    private static partial byte* LastErrorPointer();

    [LibraryImport(Library, EntryPoint = "msp_model_load")]
    public static partial Status ModelLoad(byte* bytes, long size, out nint model);

    [LibraryImport(Library, EntryPoint = "msp_model_free")]
    public static partial void ModelFree(nint model);

    [LibraryImport(Library, EntryPoint = "msp_model_info")]
    public static partial Status ModelInfo(nint model, out Info info);

    [LibraryImport(Library, EntryPoint = "msp_model_piece")]
    public static partial Status ModelPiece(SentencePieceModelHandle model, int id, out byte* text, out long length, out PieceKind kind);

    [LibraryImport(Library, EntryPoint = "msp_model_piece_id")]
    public static partial Status ModelPieceId(SentencePieceModelHandle model, byte* text, long length, out int id);

    [LibraryImport(Library, EntryPoint = "msp_encoder_create")]
    public static partial Status EncoderCreate(SentencePieceModelHandle model, long wordMemory, out nint encoder);

    [LibraryImport(Library, EntryPoint = "msp_encoder_free")]
    public static partial void EncoderFree(nint encoder);

    [LibraryImport(Library, EntryPoint = "msp_encode")]
    public static partial Status Encode(SentencePieceEncoderHandle encoder, byte* text, long length, out int* ids, out long count);

    [LibraryImport(Library, EntryPoint = "msp_encode_batch")]
    public static partial Status EncodeBatch(
        SentencePieceEncoderHandle encoder, byte* text, long* offsets, long count, out int* ids, out long* idOffsets);

    [LibraryImport(Library, EntryPoint = "msp_decode")]
    public static partial Status Decode(SentencePieceEncoderHandle encoder, int* ids, long count, out byte* text, out long length);

    [LibraryImport(Library, EntryPoint = "msp_train", StringMarshalling = StringMarshalling.Utf8)]
    public static partial Status Train(
        string[] keys, string[] values, int optionCount, delegate* unmanaged<nint, byte**, long> nextLine, nint state, out nint result);

    [LibraryImport(Library, EntryPoint = "msp_bytes_view")]
    public static partial void BytesView(nint bytes, out byte* data, out long size);

    [LibraryImport(Library, EntryPoint = "msp_bytes_free")]
    public static partial void BytesFree(nint bytes);

    /// <summary>Checks that the native library is there.</summary>
    /// <exception cref="TokenizerModelException">It is not.</exception>
    public static void RequireLibrary()
    {
        try
        {
            _ = LastErrorPointer();
        }
        catch (DllNotFoundException reason)
        {
            throw new TokenizerModelException(
                "could not load libmeditron_sentencepiece, which does the tokenizing: run scripts/setup.sh, which builds the native parts "
                + $"(and installs libsentencepiece), and build again. {reason.Message.Split('\n')[0]}", innerException: reason);
        }
    }

    /// <summary>The reason the calling thread's last failed call gave.</summary>
    public static string LastError() => Marshal.PtrToStringUTF8((nint)LastErrorPointer()) is { Length: > 0 } text ? text : "no reason was given";

    /// <summary>Throws what a status means; nothing for <see cref="Status.Ok"/>.</summary>
    public static void Check(Status status, string attempted)
    {
        switch (status)
        {
            case Status.Ok:
                return;
            case Status.OutOfMemory:
                throw new InsufficientMemoryException($"Not enough memory to {attempted}.");
            default:
                throw new TokenizerModelException($"could not {attempted}: {LastError()}.");
        }
    }

    /// <summary>What a model says of itself, as msp_info.</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct Info
    {
        /// <summary>How many pieces.</summary>
        public int VocabularySize;

        /// <summary>The unknown piece's id.</summary>
        public int UnknownId;

        /// <summary>The id that begins a text, or -1.</summary>
        public int BeginId;

        /// <summary>The id that ends a text, or -1.</summary>
        public int EndId;

        /// <summary>The id that fills up, or -1.</summary>
        public int PadId;

        /// <summary>1 where a word's ids do not depend on its neighbours.</summary>
        public int WordsAreIndependent;
    }
}
