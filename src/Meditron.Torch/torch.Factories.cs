using System.Runtime.InteropServices;
using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>New tensors.</content>
public static partial class torch
{
    /// <summary>A tensor whose elements are whatever the memory held.</summary>
    public static Tensor empty(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device device = default) =>
        Tensor.Make(mt_empty(size, size.Length, (int)dtype, (int)device.type, device.index, out var result), result);

    /// <summary>A tensor of float32 whose elements are whatever the memory held.</summary>
    public static Tensor empty(params long[] size) => empty(size.AsSpan());

    /// <summary>A tensor of zeros.</summary>
    public static Tensor zeros(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device device = default) => full(size, 0, dtype, device);

    /// <summary>A float32 tensor of zeros.</summary>
    public static Tensor zeros(params long[] size) => zeros(size.AsSpan());

    /// <summary>A tensor of ones.</summary>
    public static Tensor ones(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device device = default) => full(size, 1, dtype, device);

    /// <summary>A float32 tensor of ones.</summary>
    public static Tensor ones(params long[] size) => ones(size.AsSpan());

    /// <summary>A tensor of one value.</summary>
    public static Tensor full(ReadOnlySpan<long> size, Scalar value, ScalarType dtype = ScalarType.Float32, Device device = default) =>
        Tensor.Make(mt_full(size, size.Length, value, (int)dtype, (int)device.type, device.index, out var result), result);

    /// <summary>A tensor of the same shape, type and device, with whatever the memory held.</summary>
    public static Tensor empty_like(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return empty(other.shape, other.dtype, other.device);
    }

    /// <summary>A tensor of zeros of the same shape, type and device.</summary>
    public static Tensor zeros_like(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        return zeros(other.shape, other.dtype, other.device);
    }

    /// <summary>The numbers from <paramref name="start"/> up to, without, <paramref name="stop"/>.</summary>
    public static Tensor arange(Scalar start, Scalar stop, Scalar step, ScalarType dtype = ScalarType.Int64, Device device = default) =>
        Tensor.Make(mt_arange(start, stop, step, (int)dtype, (int)device.type, device.index, out var result), result);

    /// <summary>The numbers from 0 up to, without, <paramref name="stop"/>.</summary>
    public static Tensor arange(Scalar stop, ScalarType dtype = ScalarType.Int64, Device device = default) => arange(0, stop, 1, dtype, device);

    /// <summary>A CPU tensor with a copy of the elements, in the shape given (one dimension, where none is).</summary>
    /// <exception cref="TorchException">The shape needs another number of elements.</exception>
    public static Tensor tensor<T>(ReadOnlySpan<T> elements, params ReadOnlySpan<long> size)
        where T : unmanaged
    {
        ReadOnlySpan<long> flat = [elements.Length];
        var sizes = size.IsEmpty ? flat : size;
        var bytes = MemoryMarshal.AsBytes(elements);
        unsafe
        {
            fixed (byte* data = bytes)
            {
                return Tensor.Make(mt_from_data(data, (long)elements.Length * sizeof(T), sizes, sizes.Length, (int)ScalarTypes.Of<T>(), out var result), result);
            }
        }
    }

    /// <summary>A CPU tensor with a copy of the elements, in the shape given (one dimension, where none is).</summary>
    public static Tensor tensor<T>(T[] elements, params ReadOnlySpan<long> size)
        where T : unmanaged => tensor((ReadOnlySpan<T>)elements, size);

    /// <summary>A tensor without dimensions, of one element.</summary>
    public static Tensor scalar_tensor(Scalar value, ScalarType dtype = ScalarType.Float32, Device device = default) => full([], value, dtype, device);

    /// <summary>A CPU tensor with a copy of an array of one to four dimensions.</summary>
    public static Tensor from_array(Array array)
    {
        ArgumentNullException.ThrowIfNull(array);
        return array.GetType().GetElementType() switch
        {
            var t when t == typeof(float) => FromArray<float>(array),
            var t when t == typeof(double) => FromArray<double>(array),
            var t when t == typeof(Half) => FromArray<Half>(array),
            var t when t == typeof(BFloat16) => FromArray<BFloat16>(array),
            var t when t == typeof(long) => FromArray<long>(array),
            var t when t == typeof(int) => FromArray<int>(array),
            var t when t == typeof(short) => FromArray<short>(array),
            var t when t == typeof(sbyte) => FromArray<sbyte>(array),
            var t when t == typeof(byte) => FromArray<byte>(array),
            var t when t == typeof(bool) => FromArray<bool>(array),
            var t => throw new NotSupportedException($"No tensor holds elements of type {t?.Name}."),
        };
    }

    /// <summary>A tensor over part of the caller's memory, which is kept (by a reference on the buffer) until the last tensor over it is gone.</summary>
    /// <param name="buffer">The memory, for example of a memory-mapped file. Writing to the tensor writes there.</param>
    /// <param name="offset">The first byte; a multiple of the element's size.</param>
    /// <param name="dtype">How to read the bytes.</param>
    /// <param name="size">The shape; the elements lie row by row.</param>
    /// <exception cref="TorchException">The shape reaches past the buffer, or the offset is not aligned.</exception>
    public static Tensor frombuffer(SafeBuffer buffer, long offset, ScalarType dtype, params ReadOnlySpan<long> size)
    {
        ArgumentNullException.ThrowIfNull(buffer);
        var bytes = (Int128)dtype.Size();
        foreach (var length in size)
        {
            bytes *= length < 0 ? throw new TorchException(TorchErrorKind.Shape, $"frombuffer: the size {length} is negative") : length;
        }

        if (offset < 0 || offset + bytes > buffer.ByteLength)
        {
            throw new TorchException(TorchErrorKind.Shape, $"frombuffer: {dtype}[{Join(size)}] at byte {offset} reaches past the buffer's {buffer.ByteLength} bytes");
        }

        unsafe
        {
            byte* start = null;
            buffer.AcquirePointer(ref start);
            return Blob(start + offset, dtype, size, new BufferLease(buffer));
        }
    }

    /// <summary>A tensor over an array of the caller, pinned until the last tensor over it is gone.</summary>
    /// <exception cref="TorchException">The shape needs another number of elements.</exception>
    public static Tensor frombuffer<T>(T[] array, params ReadOnlySpan<long> size)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(array);
        ReadOnlySpan<long> flat = [array.Length];
        var sizes = size.IsEmpty ? flat : size;
        var count = (Int128)1;
        foreach (var length in sizes)
        {
            count *= length;
        }

        if (count != array.Length)
        {
            throw new TorchException(TorchErrorKind.Shape, $"frombuffer: {array.Length} elements were given for the shape [{Join(sizes)}]");
        }

        var pin = GCHandle.Alloc(array, GCHandleType.Pinned);
        unsafe
        {
            return Blob((byte*)pin.AddrOfPinnedObject(), ScalarTypes.Of<T>(), sizes, new ArrayLease(pin));
        }
    }

    private static Tensor FromArray<T>(Array array)
        where T : unmanaged
    {
        var size = new long[array.Rank];
        for (var i = 0; i < array.Rank; i++)
        {
            size[i] = array.GetLongLength(i);
        }

        return array.Length == 0
            ? empty(size, ScalarTypes.Of<T>())
            : tensor(MemoryMarshal.CreateReadOnlySpan(ref System.Runtime.CompilerServices.Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length), size);
    }

    private static unsafe Tensor Blob(byte* data, ScalarType dtype, ReadOnlySpan<long> size, IDisposable lease)
    {
        var context = GCHandle.Alloc(lease);
        if ((nint)data % dtype.Size() != 0)
        {
            context.Free();
            lease.Dispose();
            throw new TorchException(TorchErrorKind.Shape, $"frombuffer: the address of the first element is not a multiple of {dtype.Size()} bytes, which {dtype} needs");
        }

        // On failure the native side has already released the lease: it owns the context from the call on.
        return Tensor.Make(mt_from_blob(data, size, size.Length, (int)dtype, &ReleaseLease, GCHandle.ToIntPtr(context), out var result), result);
    }

    [UnmanagedCallersOnly]
    private static void ReleaseLease(nint context)
    {
        var handle = GCHandle.FromIntPtr(context);
        (handle.Target as IDisposable)?.Dispose();
        handle.Free();
    }

    private static string Join(ReadOnlySpan<long> size) => string.Join(", ", size.ToArray());

    private sealed class BufferLease(SafeBuffer buffer) : IDisposable
    {
        public void Dispose() => buffer.ReleasePointer();
    }

    private sealed class ArrayLease(GCHandle pin) : IDisposable
    {
        private GCHandle pin = pin;

        public void Dispose() => pin.Free();
    }
}
