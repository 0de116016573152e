namespace Meditron.Torch.Native;

/// <summary>Codes of mt_group_call, in the order of native/groups/group.h.</summary>
internal enum GroupKind
{
    AllReduce = 1, ReduceScatter, AllGather, Broadcast, AllToAll, Barrier, Send, Receive,
}
