using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>Owns one native tensor; freed by Dispose or, for a forgotten one, by its finaliser, and never during a native call.</summary>
internal sealed class TensorHandle : SafeHandle
{
    private long pressure;

    /// <summary>Called by the marshaller, which then sets the handle.</summary>
    public TensorHandle()
        : base(0, ownsHandle: true)
    {
    }

    /// <inheritdoc/>
    public override bool IsInvalid => handle == 0;

    /// <summary>Tells the collector how much native memory dies with this object.</summary>
    internal void AddPressure(long bytes)
    {
        pressure = bytes;
        GC.AddMemoryPressure(bytes);
    }

    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        NativeMethods.mt_tensor_free(handle);
        if (pressure > 0)
        {
            GC.RemoveMemoryPressure(pressure);
        }

        return true;
    }
}
