using System.Runtime.InteropServices;

namespace Meditron.Data.Tokenization;

/// <summary>Owns a loaded SentencePiece model.</summary>
internal sealed class SentencePieceModelHandle : SafeHandle
{
    /// <summary>Takes over a model that was loaded.</summary>
    public SentencePieceModelHandle(nint model)
        : base(0, ownsHandle: true) => SetHandle(model);

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeSentencePiece.ModelFree(handle);
        return true;
    }
}
