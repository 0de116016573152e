namespace Meditron.Torch;

/// <summary>The kind of a device; the values are libtorch's.</summary>
public enum DeviceType
{
    /// <summary>The host's processors and memory.</summary>
    CPU = 0,

    /// <summary>An NVIDIA GPU.</summary>
    CUDA = 1,
}
