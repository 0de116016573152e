using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>mt_group_options.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GroupOptions
{
    public byte* Name;
    public byte* Host;
    public ulong Generation;
    public long Rank;
    public long Size;
    public long ChunkBytes;
    public long SharedMemory;
    public long Spin;
}
