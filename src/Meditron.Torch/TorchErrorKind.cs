namespace Meditron.Torch;

/// <summary>Why a tensor operation failed, as far as a caller can act on it.</summary>
public enum TorchErrorKind
{
    /// <summary>The host's or the device's memory is exhausted, or a limit set for it would be passed.</summary>
    OutOfMemory = 1,

    /// <summary>Shapes, strides, dimensions or indices do not fit.</summary>
    Shape = 2,

    /// <summary>An element type is wrong or not supported.</summary>
    Type = 3,

    /// <summary>A device is absent, failed, or differs between arguments.</summary>
    Device = 4,

    /// <summary>A peer or the network failed.</summary>
    Communication = 5,

    /// <summary>Anything else.</summary>
    Other = 6,
}
