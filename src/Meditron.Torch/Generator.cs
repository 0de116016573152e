using Meditron.Torch.Native;
using static Meditron.Torch.Native.NativeMethods;

namespace Meditron.Torch;

/// <summary>A source of random numbers whose whole state can be read, stored and set again.</summary>
public sealed class Generator : IDisposable
{
    private readonly GeneratorHandle handle;

    /// <summary>A generator of its own, started from a seed (the CPU's is the Mersenne Twister, as in PyTorch).</summary>
    public Generator(ulong seed = 67280421310721, Device device = default)
    {
        Check(mt_generator_new((int)device.type, device.index, seed, out handle));
        this.device = device;
    }

    private Generator(GeneratorHandle handle, Device device)
    {
        this.handle = handle;
        this.device = device;
    }

    /// <summary>The device whose tensors it can fill.</summary>
    public Device device { get; }

    internal GeneratorHandle Handle
    {
        get
        {
            ObjectDisposedException.ThrowIf(handle.IsClosed, this);
            return handle;
        }
    }

    /// <summary>Starts anew from a seed.</summary>
    public Generator manual_seed(ulong seed)
    {
        Check(mt_generator_manual_seed(Handle, seed));
        return this;
    }

    /// <summary>The seed it was last started from.</summary>
    public ulong initial_seed()
    {
        Check(mt_generator_initial_seed(Handle, out var seed));
        return seed;
    }

    /// <summary>The whole state, as a tensor of bytes.</summary>
    public Tensor get_state() => Tensor.Make(mt_generator_get_state(Handle, out var result), result);

    /// <summary>Goes on from a state that <see cref="get_state"/> gave.</summary>
    /// <exception cref="TorchException">The tensor is not such a state.</exception>
    public void set_state(Tensor state)
    {
        ArgumentNullException.ThrowIfNull(state);
        Check(mt_generator_set_state(Handle, state.Handle));
    }

    /// <inheritdoc/>
    public void Dispose() => handle.Dispose();

    internal static Generator OfDevice(Device device)
    {
        Check(mt_generator_default((int)device.type, device.index, out var handle));
        return new Generator(handle, device);
    }

    internal static GeneratorHandle HandleOf(Generator? generator) => generator?.Handle ?? GeneratorHandle.Default;
}
