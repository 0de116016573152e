using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>mt_memory_statistics.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct MemoryCounters
{
    public long Allocated;
    public long Peak;
    public long Allocations;
    public long Limit;
    public long Handles;
    public long PeakHandles;
    public long Cached;
}
