using System.Runtime.InteropServices;
using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>Functions of several tensors, and randomness.</content>
public static partial class torch
{
    /// <summary>The generator that draws where none is given.</summary>
    public static Generator default_generator(Device device = default) => Generator.OfDevice(device);

    /// <summary>Starts the CPU's default generator anew, and those of every CUDA device.</summary>
    public static void manual_seed(ulong seed)
    {
        using (var generator = default_generator())
        {
            generator.manual_seed(seed);
        }

        for (var i = 0; i < cuda.device_count(); i++)
        {
            using var generator = default_generator(new Device(DeviceType.CUDA, i));
            generator.manual_seed(seed);
        }
    }

    /// <summary>The whole state of the CPU's default generator.</summary>
    public static Tensor get_rng_state()
    {
        using var generator = default_generator();
        return generator.get_state();
    }

    /// <summary>Goes on from a state that <see cref="get_rng_state"/> gave.</summary>
    public static void set_rng_state(Tensor state)
    {
        using var generator = default_generator();
        generator.set_state(state);
    }

    /// <summary>Normal numbers with mean 0 and standard deviation 1.</summary>
    public static Tensor randn(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device device = default, Generator? generator = null) =>
        Filled(empty(size, dtype, device), t => t.normal_(0, 1, generator));

    /// <summary>float32 normal numbers with mean 0 and standard deviation 1.</summary>
    public static Tensor randn(params long[] size) => randn(size.AsSpan());

    /// <summary>Uniform numbers from 0 up to, without, 1.</summary>
    public static Tensor rand(ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Float32, Device device = default, Generator? generator = null) =>
        Filled(empty(size, dtype, device), t => t.uniform_(0, 1, generator));

    /// <summary>float32 uniform numbers from 0 up to, without, 1.</summary>
    public static Tensor rand(params long[] size) => rand(size.AsSpan());

    /// <summary>Integers from <paramref name="low"/> up to, without, <paramref name="high"/>.</summary>
    public static Tensor randint(long low, long high, ReadOnlySpan<long> size, ScalarType dtype = ScalarType.Int64, Device device = default, Generator? generator = null) =>
        Filled(empty(size, dtype, device), t => t.random_(low, high, generator));

    /// <summary>The integers from 0 to n - 1 in random order.</summary>
    public static Tensor randperm(long n, ScalarType dtype = ScalarType.Int64, Generator? generator = null) =>
        Tensor.Make(mt_randperm(n, (int)dtype, Generator.HandleOf(generator), out var result), result);

    /// <summary>Tensors joined along an existing dimension.</summary>
    public static Tensor cat(IReadOnlyList<Tensor> tensors, long dim = 0) => Join(tensors, dim, stack: false);

    /// <summary>Tensors of one shape joined along a new dimension.</summary>
    public static Tensor stack(IReadOnlyList<Tensor> tensors, long dim = 0) => Join(tensors, dim, stack: true);

    /// <summary>From <paramref name="x"/> where the condition is true, else from <paramref name="y"/>.</summary>
    public static Tensor where(Tensor condition, Tensor x, Tensor y)
    {
        ArgumentNullException.ThrowIfNull(condition);
        ArgumentNullException.ThrowIfNull(x);
        ArgumentNullException.ThrowIfNull(y);
        return Tensor.Make(mt_where(condition.Handle, x.Handle, y.Handle, out var result), result);
    }

    /// <summary>The matrix product.</summary>
    public static Tensor matmul(Tensor input, Tensor other) => input.matmul(other);

    /// <summary>Every pair's product.</summary>
    public static Tensor outer(Tensor input, Tensor vec2) => input.outer(vec2);

    private static Tensor Filled(Tensor tensor, Action<Tensor> fill)
    {
        try
        {
            fill(tensor);
            return tensor;
        }
        catch
        {
            tensor.Dispose();
            throw;
        }
    }

    private static unsafe Tensor Join(IReadOnlyList<Tensor> tensors, long dim, bool stack)
    {
        ArgumentNullException.ThrowIfNull(tensors);
        var handles = new TensorHandle[tensors.Count];
        var pointers = new nint[Math.Max(1, tensors.Count)];
        var held = 0;
        try
        {
            for (; held < handles.Length; held++)
            {
                var handle = tensors[held].Handle;
                var added = false;
                handle.DangerousAddRef(ref added);
                handles[held] = handle;
                pointers[held] = handle.DangerousGetHandle();
            }

            fixed (nint* list = pointers)
            {
                return Tensor.Make(mt_cat(list, handles.Length, dim, stack ? 1 : 0, out var result), result);
            }
        }
        finally
        {
            for (var i = 0; i < held; i++)
            {
                handles[i].DangerousRelease();
            }
        }
    }

    /// <summary>What PyTorch has under torch.cuda; on a libtorch without CUDA there is no device.</summary>
    public static class cuda
    {
        /// <summary>True where at least one CUDA device can be used.</summary>
        public static bool is_available() => device_count() > 0;

        /// <summary>How many CUDA devices can be used.</summary>
        public static int device_count()
        {
            Check(mt_cuda_device_count(out var count));
            return count;
        }

        /// <summary>Waits until everything that was started on a device is done.</summary>
        /// <exception cref="TorchException">There is no such device.</exception>
        public static void synchronize(int device = -1) => Check(mt_cuda_synchronize(device));

        /// <summary>The bytes that tensors hold on a device, now and at most.</summary>
        /// <exception cref="TorchException">There is no such device.</exception>
        public static (long allocated, long peak) memory_allocated(int device = 0)
        {
            Check(mt_memory_cuda(device, out var allocated, out var peak));
            return (allocated, peak);
        }

        /// <summary>Gives cached blocks that no tensor uses back to the device.</summary>
        public static void empty_cache() => Check(mt_memory_cuda_empty_cache());
    }
}
