using System.Runtime.InteropServices;

namespace Meditron.Data.Curation.Storage;

/// <summary>One shared id of one document: a record of the file beside the shard.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct SharedIdKey
{
    public ulong Hash;
    public uint Document;
}
