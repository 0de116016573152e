using System.Runtime.InteropServices;

namespace Meditron.Data.Curation.Storage;

/// <summary>A document that a duplicate step drops, and the one that stays instead, by their places in the whole corpus.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal readonly record struct DuplicatePair(uint Dropped, uint Survivor, int Reason);
