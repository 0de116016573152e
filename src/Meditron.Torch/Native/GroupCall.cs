using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>mt_group_call.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct GroupCall
{
    public long Kind;
    public long Reduction;
    public long Peer;
    public long Tag;
    public long Timeout;
    public long* InputSplits;
    public long* OutputSplits;
}
