using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>What never changes about a native tensor, read once when its handle is made (mt_properties).</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct TensorProperties
{
    public nint Data;
    public long Numel;
    public long Ndim;
    public long Dtype;
    public long ElementSize;
    public long DeviceType;
    public long DeviceIndex;
    public long Contiguous;
    public long OwnedBytes;
}
