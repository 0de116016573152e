using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <content>native/torch/views.cpp.</content>
internal static unsafe partial class NativeMethods
{
    [LibraryImport(Library)]
    internal static partial int mt_view(TensorHandle self, ReadOnlySpan<long> sizes, long count, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_reshape(TensorHandle self, ReadOnlySpan<long> sizes, long count, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_flatten(TensorHandle self, long start, long end, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_transpose(TensorHandle self, long a, long b, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_permute(TensorHandle self, ReadOnlySpan<long> dims, long count, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_expand(TensorHandle self, ReadOnlySpan<long> sizes, long count, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_unsqueeze(TensorHandle self, long dim, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_squeeze(TensorHandle self, long dim, int all, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_narrow(TensorHandle self, long dim, long start, long length, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_slice(TensorHandle self, long dim, long start, long end, long step, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_select(TensorHandle self, long dim, long index, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_as_strided(TensorHandle self, ReadOnlySpan<long> sizes, ReadOnlySpan<long> strides, long count, long offset, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_view_dtype(TensorHandle self, int dtype, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_repeat_interleave(TensorHandle self, long repeats, long dim, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_repeat(TensorHandle self, ReadOnlySpan<long> repeats, long count, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_tril(TensorHandle self, long diagonal, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_triu(TensorHandle self, long diagonal, out TensorHandle result);

    [LibraryImport(Library)]
    internal static partial int mt_cat(nint* tensors, long count, long dim, int stack, out TensorHandle result);
}
