using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>Owns one native member that has been prepared for a group.</summary>
internal sealed class EndpointHandle : SafeHandle
{
    /// <summary>Called by the marshaller, which then sets the handle.</summary>
    public EndpointHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.mt_endpoint_free(handle);
        return true;
    }
}
