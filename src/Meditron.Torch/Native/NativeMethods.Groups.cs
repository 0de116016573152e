using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <content>native/torch/groups_abi.cpp.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial void mt_group_last_failure(out int reason, out int peer);

    [LibraryImport(Library)]
    internal static partial int mt_group_prepare(int backend, GroupOptions* options, out EndpointHandle endpoint);

    [LibraryImport(Library)]
    internal static partial int mt_endpoint_description(EndpointHandle endpoint, out byte* data, out long bytes);

    [LibraryImport(Library)]
    internal static partial int mt_endpoint_connect(EndpointHandle endpoint, ReadOnlySpan<byte> descriptions, ReadOnlySpan<long> lengths, long count, long timeout, out GroupHandle group);

    [LibraryImport(Library)]
    internal static partial void mt_endpoint_cancel(EndpointHandle endpoint);

    [LibraryImport(Library)]
    internal static partial void mt_endpoint_free(nint endpoint);

    [LibraryImport(Library)]
    internal static partial int mt_group_start(GroupHandle group, GroupCall* call, TensorHandle input, TensorHandle output, int wait, out nint work);

    [LibraryImport(Library, EntryPoint = "mt_group_start")]
    internal static partial int mt_group_start_bare(GroupHandle group, GroupCall* call, nint input, nint output, int wait, out nint work);

    [LibraryImport(Library)]
    internal static partial int mt_work_done(nint work);

    [LibraryImport(Library)]
    internal static partial int mt_work_wait(nint work, long wait, out int done);

    [LibraryImport(Library)]
    internal static partial void mt_work_on_complete(nint work, delegate* unmanaged<nint, int, int, byte*, void> callback, nint context);

    [LibraryImport(Library)]
    internal static partial int mt_work_result(nint work);

    [LibraryImport(Library)]
    internal static partial void mt_work_free(nint work);

    [LibraryImport(Library, StringMarshalling = StringMarshalling.Utf8)]
    internal static partial void mt_group_abort(GroupHandle group, string why);

    [LibraryImport(Library)]
    internal static partial void mt_group_on_failure(GroupHandle group, delegate* unmanaged<nint, int, int, byte*, void> callback, nint context);

    [LibraryImport(Library)]
    internal static partial int mt_group_failure(GroupHandle group);

    [LibraryImport(Library)]
    internal static partial byte* mt_group_transport(GroupHandle group, int peer);

    [LibraryImport(Library)]
    internal static partial int mt_group_corrupt_next(GroupHandle group, int peer, long bit);

    [LibraryImport(Library)]
    internal static partial int mt_group_lose_next(GroupHandle group, int peer, int message);

    [LibraryImport(Library)]
    internal static partial void mt_group_close(GroupHandle group);

    [LibraryImport(Library)]
    internal static partial void mt_group_free(nint group);
}
