using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <summary>A tensor of libtorch; Dispose frees it at once, a disposed one throws <see cref="ObjectDisposedException"/> when used.</summary>
/// <remarks>
/// Nothing records a graph: backward passes in this project are explicit. Failures are <see cref="TorchException"/>s.
/// A tensor may be read from several threads at a time; writing needs the caller's own order.
/// </remarks>
public sealed partial class Tensor : IDisposable
{
    // Below this, telling the collector costs more than the memory is worth.
    private const long SmallestPressure = 64 * 1024;

    private readonly TensorHandle handle;
    private readonly TensorProperties properties;
    private readonly long[] sizes;
    private readonly long[] strides;
    private readonly long storageOffset;
    private DisposeScope? scope;

    internal Tensor(TensorHandle handle)
    {
        this.handle = handle;
        try
        {
            Check(mt_get_properties(handle, out properties));
            sizes = properties.Ndim == 0 ? [] : new long[properties.Ndim];
            strides = properties.Ndim == 0 ? [] : new long[properties.Ndim];
            unsafe
            {
                fixed (long* s = sizes, t = strides)
                {
                    Check(mt_get_layout(handle, s, t, out storageOffset));
                }
            }
        }
        catch
        {
            handle.Dispose();
            throw;
        }

        if (properties.OwnedBytes >= SmallestPressure && properties.DeviceType == (long)DeviceType.CPU)
        {
            handle.AddPressure(properties.OwnedBytes);
        }

        scope = DisposeScope.Current;
        scope?.Attach(this);
    }

    /// <summary>How many native tensors live now, in this process.</summary>
    public static long TotalCount => torch.memory_statistics().TensorCount;

    /// <summary>The most native tensors that lived at once since the start or the last <see cref="torch.reset_peak_memory_statistics"/>.</summary>
    public static long PeakCount => torch.memory_statistics().PeakTensorCount;

    /// <summary>The sizes of the dimensions. The array is the tensor's own: do not write to it.</summary>
    public long[] shape => sizes;

    /// <summary>The number of dimensions.</summary>
    public int ndim => sizes.Length;

    /// <summary>The type of the elements.</summary>
    public ScalarType dtype => (ScalarType)properties.Dtype;

    /// <summary>Where the elements are.</summary>
    public Device device => new((DeviceType)properties.DeviceType, (int)Math.Max(0, properties.DeviceIndex));

    /// <summary>True after <see cref="Dispose"/>.</summary>
    public bool IsInvalid => handle.IsClosed || handle.IsInvalid;

    /// <summary>The bytes of one element.</summary>
    public int element_size => (int)properties.ElementSize;

    /// <summary>The bytes of all elements.</summary>
    public long nbytes => properties.Numel * properties.ElementSize;

    /// <summary>The native handle, for calls that take it; throws when the tensor is disposed.</summary>
    internal TensorHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle.IsClosed, this);
            return handle;
        }
    }

    /// <summary>The number of elements.</summary>
    public long numel() => properties.Numel;

    /// <summary>The size of one dimension; a negative one counts from the end.</summary>
    public long size(int dim) => sizes[Dimension(dim)];

    /// <summary>The elements between neighbours along each dimension. The array is the tensor's own: do not write to it.</summary>
    public long[] stride() => strides;

    /// <summary>The elements between neighbours along one dimension; a negative one counts from the end.</summary>
    public long stride(int dim) => strides[Dimension(dim)];

    /// <summary>The elements between the start of the storage and the tensor's first.</summary>
    public long storage_offset() => storageOffset;

    /// <summary>True where the elements lie row by row without gaps.</summary>
    public bool is_contiguous() => properties.Contiguous != 0;

    /// <summary>Frees this tensor; its memory goes with the last view of it.</summary>
    public void Dispose()
    {
        scope?.Forget(this);
        scope = null;
        handle.Dispose();
    }

    /// <summary>Takes the tensor out of its scope: the caller disposes it.</summary>
    public Tensor DetachFromDisposeScope()
    {
        scope?.Forget(this);
        scope = null;
        return this;
    }

    /// <summary>Hands the tensor to the scope around its own (to nobody, where there is none).</summary>
    public Tensor MoveToOuterDisposeScope() => MoveTo(scope?.Outer);

    /// <summary>Hands the tensor to another scope.</summary>
    public Tensor MoveToOtherDisposeScope(DisposeScope other) => MoveTo(other);

    /// <summary>Type, shape and device; never the elements.</summary>
    public override string ToString() => $"{dtype}[{string.Join(", ", sizes)}] on {device}{(IsInvalid ? " (disposed)" : string.Empty)}";

    internal void LeaveScope() => scope = null;

    internal Tensor MoveTo(DisposeScope? other)
    {
        scope?.Forget(this);
        scope = other;
        other?.Attach(this);
        return this;
    }

    private int Dimension(int dim)
    {
        var index = dim < 0 ? dim + sizes.Length : dim;
        return index >= 0 && index < sizes.Length
            ? index
            : throw new TorchException(TorchErrorKind.Shape, $"size: dimension {dim} is out of range for {this}");
    }
}
