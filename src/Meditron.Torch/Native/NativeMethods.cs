using System.Runtime.InteropServices;

namespace Meditron.Torch.Native;

/// <summary>The C ABI of native/torch. Every function that can fail returns a status, which goes through <see cref="Check"/>.</summary>
internal static unsafe partial class NativeMethods
{
    private const string Library = "meditron_torch";

    /// <summary>Throws what the status says, with the native message of this thread.</summary>
    internal static void Check(int status)
    {
        if (status != 0)
        {
            Throw(status);
        }
    }

    private static void Throw(int status)
    {
        var message = Marshal.PtrToStringUTF8((nint)mt_last_error());
        throw new TorchException((TorchErrorKind)status, string.IsNullOrEmpty(message) ? "The native library failed and had no memory left to say why." : message);
    }

    [LibraryImport(Library)]
    private static partial byte* mt_last_error();

    [LibraryImport(Library)]
    internal static partial int mt_test_throw(int what);

    [LibraryImport(Library)]
    internal static partial byte* mt_version();

    [LibraryImport(Library)]
    internal static partial void mt_tensor_free(nint tensor);

    [LibraryImport(Library)]
    internal static partial void mt_memory_read(MemoryCounters* counters);

    [LibraryImport(Library)]
    internal static partial void mt_memory_reset_peak();

    [LibraryImport(Library)]
    internal static partial void mt_memory_set_limit(long bytes);

    [LibraryImport(Library)]
    internal static partial int mt_memory_reserve(long bytes);

    [LibraryImport(Library)]
    internal static partial long mt_memory_populate(long bytes);

    [LibraryImport(Library)]
    internal static partial int mt_memory_cuda(int device, out long allocated, out long peak);

    [LibraryImport(Library)]
    internal static partial int mt_memory_cuda_empty_cache();

    [LibraryImport(Library)]
    internal static partial int mt_set_num_threads(int threads);

    [LibraryImport(Library)]
    internal static partial int mt_get_num_threads(out int threads);

    [LibraryImport(Library)]
    internal static partial int mt_cuda_device_count(out int count);

    [LibraryImport(Library)]
    internal static partial int mt_cuda_synchronize(int device);
}
