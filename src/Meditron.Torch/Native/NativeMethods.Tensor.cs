using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <content>native/torch/tensor.cpp.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int mt_empty(ReadOnlySpan<long> sizes, long count, int dtype, int deviceType, int deviceIndex, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_full(ReadOnlySpan<long> sizes, long count, Scalar value, int dtype, int deviceType, int deviceIndex, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_arange(Scalar start, Scalar end, Scalar step, int dtype, int deviceType, int deviceIndex, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_from_data(void* data, long bytes, ReadOnlySpan<long> sizes, long count, int dtype, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_from_blob(void* data, ReadOnlySpan<long> sizes, long count, int dtype, delegate* unmanaged<nint, void> release, nint context, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_get_properties(TensorHandle self, out TensorProperties properties);

    [LibraryImport(Library)]
    internal static partial int mt_get_layout(TensorHandle self, long* sizes, long* strides, out long storageOffset);

    [LibraryImport(Library)]
    internal static partial int mt_item(TensorHandle self, out Scalar value);

    [LibraryImport(Library)]
    internal static partial int mt_alias(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_clone(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_contiguous(TensorHandle self, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_to(TensorHandle self, int dtype, int deviceType, int deviceIndex, int copy, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_copy_(TensorHandle self, TensorHandle source, int nonBlocking);

    [LibraryImport(Library)]
    internal static partial int mt_fill_(TensorHandle self, Scalar value);

    [LibraryImport(Library)]
    internal static partial int mt_equal(TensorHandle self, TensorHandle other, out int equal);
}
