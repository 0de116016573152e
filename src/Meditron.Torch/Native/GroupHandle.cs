using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>Owns one native process group.</summary>
internal sealed class GroupHandle : SafeHandle
{
    /// <summary>Called by the marshaller, which then sets the handle.</summary>
    public GroupHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.mt_group_free(handle);
        return true;
    }
}
