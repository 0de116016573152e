using System.Runtime.InteropServices;
using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <summary>PyTorch's functions under PyTorch's names: making tensors, randomness, threads, memory.</summary>
public static partial class torch
{
    /// <summary>IEEE single precision.</summary>
    public const ScalarType float32 = ScalarType.Float32;

    /// <summary>IEEE double precision.</summary>
    public const ScalarType float64 = ScalarType.Float64;

    /// <summary>IEEE half precision.</summary>
    public const ScalarType float16 = ScalarType.Float16;

    /// <summary>bfloat16.</summary>
    public const ScalarType bfloat16 = ScalarType.BFloat16;

    /// <summary>Signed 64-bit integer.</summary>
    public const ScalarType int64 = ScalarType.Int64;

    /// <summary>Signed 32-bit integer.</summary>
    public const ScalarType int32 = ScalarType.Int32;

    /// <summary>Signed 16-bit integer.</summary>
    public const ScalarType int16 = ScalarType.Int16;

    /// <summary>Signed 8-bit integer.</summary>
    public const ScalarType int8 = ScalarType.Int8;

    /// <summary>Unsigned 8-bit integer.</summary>
    public const ScalarType uint8 = ScalarType.Byte;

    /// <summary>Truth values.</summary>
    public const ScalarType @bool = ScalarType.Bool;

    /// <summary>The version of libtorch that was built against.</summary>
    public static string __version__
    {
        get
        {
            unsafe
            {
                return Marshal.PtrToStringUTF8((nint)mt_version()) ?? string.Empty;
            }
        }
    }

    /// <summary>Opens a scope that disposes the tensors made in it; it follows async calls.</summary>
    public static DisposeScope NewDisposeScope() => new();

    /// <summary>How many threads one operation uses.</summary>
    public static int get_num_threads()
    {
        Check(mt_get_num_threads(out var threads));
        return threads;
    }

    /// <summary>Sets how many threads one operation uses.</summary>
    public static void set_num_threads(int threads)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1);
        Check(mt_set_num_threads(threads));
    }

    /// <summary>What tensors hold of the host's memory.</summary>
    public static MemoryStatistics memory_statistics()
    {
        MemoryCounters counters;
        unsafe
        {
            mt_memory_read(&counters);
        }

        return new MemoryStatistics(counters.Allocated, counters.Peak, counters.Allocations, counters.Limit, counters.Handles, counters.PeakHandles, counters.Cached);
    }

    /// <summary>Starts the peaks of <see cref="memory_statistics"/> anew from what is held now.</summary>
    public static void reset_peak_memory_statistics() => mt_memory_reset_peak();

    /// <summary>Refuses, with <see cref="TorchErrorKind.OutOfMemory"/>, an allocation that would take all tensors past this many bytes; 0 lifts the limit.</summary>
    public static void set_memory_limit(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        mt_memory_set_limit(bytes);
    }

    /// <summary>
    /// Keeps the memory of large tensors in this process from here on, for those to come, and maps so much for them ahead: what was touched once need not be
    /// cleared and mapped by the kernel again.
    /// </summary>
    /// <param name="bytes">Bytes to map now; touched only by <see cref="populate_memory"/> or when they are used.</param>
    /// <exception cref="TorchException">The system does not give it.</exception>
    public static void reserve_memory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        Check(mt_memory_reserve(bytes));
    }

    /// <summary>Touches a part of what is reserved, so that its first use is as fast as any other; tensors that are there keep what they hold.</summary>
    /// <param name="bytes">The most to touch.</param>
    /// <returns>Bytes that are left to touch.</returns>
    public static long populate_memory(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(bytes);
        return mt_memory_populate(bytes);
    }
}
