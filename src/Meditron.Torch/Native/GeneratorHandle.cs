using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>Owns one native generator; the empty handle stands for the device's default generator.</summary>
internal sealed class GeneratorHandle : SafeHandle
{
    internal static readonly GeneratorHandle Default = new();

    /// <summary>Called by the marshaller, which then sets the handle.</summary>
    public GeneratorHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.mt_generator_free(handle);
        return true;
    }
}
