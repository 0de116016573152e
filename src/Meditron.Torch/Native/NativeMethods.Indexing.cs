using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <content>native/torch/indexing.cpp.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int mt_where(TensorHandle condition, TensorHandle a, TensorHandle b, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_index_select(TensorHandle self, long dim, TensorHandle index, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_gather(TensorHandle self, long dim, TensorHandle index, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_scatter(TensorHandle self, long dim, TensorHandle index, TensorHandle source, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_scatter_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int mt_scatter_value_(TensorHandle self, long dim, TensorHandle index, Scalar value);

    [LibraryImport(Library)]
    internal static partial int mt_scatter_add_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int mt_index_add_(TensorHandle self, long dim, TensorHandle index, TensorHandle source, Scalar alpha);

    [LibraryImport(Library)]
    internal static partial int mt_index_copy_(TensorHandle self, long dim, TensorHandle index, TensorHandle source);

    [LibraryImport(Library)]
    internal static partial int mt_masked_fill(TensorHandle self, TensorHandle mask, Scalar value, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_masked_fill_(TensorHandle self, TensorHandle mask, Scalar value);

    [LibraryImport(Library)]
    internal static partial int mt_nonzero(TensorHandle self, out TensorHandle result);
}
