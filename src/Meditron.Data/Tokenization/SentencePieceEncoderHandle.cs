using System.Runtime.InteropServices;

namespace Meditron.Data.Tokenization;

/// <summary>Owns one thread's encoder, and keeps its model loaded.</summary>
internal sealed class SentencePieceEncoderHandle : SafeHandle
{
    private readonly SentencePieceModelHandle _model;

    /// <summary>Creates an encoder of a model.</summary>
    public SentencePieceEncoderHandle(SentencePieceModelHandle model, long wordMemory)
        : base(0, ownsHandle: true)
    {
        var added = false;
        model.DangerousAddRef(ref added);
        _model = model;
        NativeSentencePiece.Check(NativeSentencePiece.EncoderCreate(model, wordMemory, out var encoder), "create an encoder");
        SetHandle(encoder);
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeSentencePiece.EncoderFree(handle);
        _model.DangerousRelease();
        return true;
    }
}
