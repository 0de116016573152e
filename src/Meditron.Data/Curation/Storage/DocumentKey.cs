using System.Runtime.InteropServices;

namespace Meditron.Data.Curation.Storage;

/// <summary>What the steps after reading need to know of a document besides its text: a fixed-size record in the file beside the shard.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct DocumentKey
{
    public const int HasSignature = 1;
    public const int Contaminated = 2;
    public const int ContaminatedPassage = 4;
    public const int ExcludedByMetadata = 8;

    public ulong ExactHigh;
    public ulong ExactLow;
    public ulong Prefix;
    public ulong IdHash;
    public long Offset;
    public int Length;
    public int Words;
    public int Characters;
    public int Group;
    public int Flags;
    public int Question;
    public float Share;
    public float Score;
    public float CitationsPerYear;
}
