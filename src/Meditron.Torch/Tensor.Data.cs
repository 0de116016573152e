using System.Runtime.InteropServices;
using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <content>Elements in and out, copies, and moves between types and devices.</content>
public sealed partial class Tensor
{
    /// <summary>The address of the first element. It is valid while the tensor lives: keep a reference past the last use (GC.KeepAlive).</summary>
    public nint data_ptr()
    {
        _ = Handle;
        return properties.Data;
    }

    /// <summary>The elements in place, for a contiguous CPU tensor of the same type; valid while the tensor lives.</summary>
    /// <exception cref="TorchException">Another type, another device, gaps between elements, or more than 2^31-1 elements (use the overload with a range).</exception>
    public Span<T> data<T>()
        where T : unmanaged
    {
        if (numel() > int.MaxValue)
        {
            throw new TorchException(TorchErrorKind.Shape, $"data: {this} has {numel()} elements, more than a span can hold; read it in ranges with data<T>(start, count)");
        }

        return data<T>(0, (int)numel());
    }

    /// <summary>A range of the elements in place; <paramref name="start"/> may pass 2^31.</summary>
    /// <exception cref="TorchException">Another type, another device, gaps between elements, or a range outside the tensor.</exception>
    public Span<T> data<T>(long start, int count)
        where T : unmanaged
    {
        if (ScalarTypes.Of<T>() != dtype)
        {
            throw new TorchException(TorchErrorKind.Type, $"data: {this} holds {dtype} and was read as {typeof(T).Name}");
        }

        RequireDense("data");
        if (start < 0 || count < 0 || start > numel() - count)
        {
            throw new TorchException(TorchErrorKind.Shape, $"data: elements {start} to {start + count} are outside {this}");
        }

        unsafe
        {
            return new Span<T>((T*)data_ptr() + start, count);
        }
    }

    /// <summary>A range of the raw bytes in place, whatever the element type.</summary>
    /// <exception cref="TorchException">Another device, gaps between elements, or a range outside the tensor.</exception>
    public Span<byte> bytes(long start, int count)
    {
        RequireDense("bytes");
        if (start < 0 || count < 0 || start > nbytes - count)
        {
            throw new TorchException(TorchErrorKind.Shape, $"bytes: bytes {start} to {start + count} are outside {this}");
        }

        unsafe
        {
            return new Span<byte>((byte*)data_ptr() + start, count);
        }
    }

    /// <summary>A copy of the elements, row by row, from any device and layout.</summary>
    public T[] to_array<T>()
        where T : unmanaged
    {
        if (device.type == DeviceType.CPU && is_contiguous())
        {
            var result = data<T>().ToArray();
            GC.KeepAlive(this);
            return result;
        }

        Check(mt_to(Handle, (int)dtype, (int)DeviceType.CPU, 0, 0, out var moved));
        using var host = new Tensor(moved);
        using var dense = host.contiguous();
        return dense.data<T>().ToArray();
    }

    /// <summary>The only element, converted.</summary>
    /// <exception cref="TorchException">The tensor has not exactly one element.</exception>
    public T item<T>()
        where T : unmanaged
    {
        Check(mt_item(Handle, out var value));
        return value.To<T>();
    }

    /// <summary>A new tensor over the same memory.</summary>
    public Tensor alias() => Make(mt_alias(Handle, out var result), result);

    /// <summary>The same as <see cref="alias"/>: there is no graph to detach from.</summary>
    public Tensor detach() => alias();

    /// <summary>A contiguous copy.</summary>
    public Tensor clone() => Make(mt_clone(Handle, out var result), result);

    /// <summary>The same elements row by row: over the same memory where they lie so already, else a copy.</summary>
    public Tensor contiguous() => Make(mt_contiguous(Handle, out var result), result);

    /// <summary>The elements as another type: over the same memory where the type is the same (unless <paramref name="copy"/>), else rounded to nearest even.</summary>
    public Tensor to(ScalarType type, bool copy = false) => to(type, device, copy);

    /// <summary>The elements on another device: over the same memory where it is the same, unless <paramref name="copy"/>.</summary>
    public Tensor to(Device target, bool copy = false) => to(dtype, target, copy);

    /// <summary>The elements as another type on another device.</summary>
    public Tensor to(ScalarType type, Device target, bool copy = false) =>
        Make(mt_to(Handle, (int)type, (int)target.type, target.index, copy ? 1 : 0, out var result), result);

    /// <summary>The elements in the host's memory.</summary>
    public Tensor cpu() => to(Device.CPU);

    /// <summary>The elements on a CUDA device.</summary>
    public Tensor cuda(int index = 0) => to(new Device(DeviceType.CUDA, index));

    /// <summary>Overwrites this with the source's elements, converted and broadcast.</summary>
    public Tensor copy_(Tensor source, bool non_blocking = false)
    {
        ArgumentNullException.ThrowIfNull(source);
        Check(mt_copy_(Handle, source.Handle, non_blocking ? 1 : 0));
        return this;
    }

    /// <summary>Overwrites a contiguous CPU tensor with the elements given.</summary>
    public Tensor copy_<T>(ReadOnlySpan<T> source)
        where T : unmanaged
    {
        var target = data<T>();
        if (source.Length != target.Length)
        {
            throw new TorchException(TorchErrorKind.Shape, $"copy_: {source.Length} elements were given for {this}");
        }

        source.CopyTo(target);
        GC.KeepAlive(this);
        return this;
    }

    /// <summary>Sets every element.</summary>
    public Tensor fill_(Scalar value)
    {
        Check(mt_fill_(Handle, value));
        return this;
    }

    /// <summary>Sets every element to zero.</summary>
    public Tensor zero_() => fill_(0);

    /// <summary>True where shape and every element are the same (NaN equals nothing).</summary>
    public bool equal(Tensor other)
    {
        ArgumentNullException.ThrowIfNull(other);
        Check(mt_equal(Handle, other.Handle, out var result));
        return result != 0;
    }

    internal static Tensor Make(int status, TensorHandle result)
    {
        Check(status);
        return new Tensor(result);
    }

    private void RequireDense(string operation)
    {
        _ = Handle;
        if (device.type != DeviceType.CPU)
        {
            throw new TorchException(TorchErrorKind.Device, $"{operation}: {this} is not in the host's memory; call cpu() first");
        }

        if (!is_contiguous())
        {
            throw new TorchException(TorchErrorKind.Shape, $"{operation}: {this} has gaps between its elements; call contiguous() first");
        }
    }
}
