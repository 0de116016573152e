using Meditron.Llama;

namespace Meditron.Training.Planning;

/// <summary>What a plan assumes of a device and of the links between devices.</summary>
/// <param name="Name">What it is called.</param>
/// <param name="MemoryBytes">Memory that a rank may use, after what driver and libraries take.</param>
/// <param name="Bf16Flops">Peak of bf16 products, in floating-point operations a second.</param>
/// <param name="Fp32Flops">Peak of fp32 products.</param>
/// <param name="Efficiency">Share of the peak that a stage reaches in its products and what lies between them.</param>
/// <param name="MemoryBandwidth">Bytes a second that the device reads or writes.</param>
/// <param name="LinkBandwidth">Bytes a second, one way, of a device to the others of its node.</param>
/// <param name="NodeBandwidth">Bytes a second, one way, of a node to the others; its devices share it.</param>
public sealed record DeviceProfile(
    string Name, long MemoryBytes, double Bf16Flops, double Fp32Flops, double Efficiency, double MemoryBandwidth, double LinkBandwidth, double NodeBandwidth)
{
    private const double Usable = 0.95;

    private const long GiB = 1L << 30;

    /// <summary>The names of the known devices; beside them <c>cpu</c> stands for the machine at hand.</summary>
    public static IReadOnlyList<string> Names { get; } = ["a100-40gb", "a100-80gb", "h100", "h200"];

    /// <summary>
    /// A known device: data-sheet peaks and bandwidths. The efficiency of the A100 is what trainers with tensor and sequence parallelism reach between their
    /// collectives (Korthikanti et al. 2022, table 5), that of the H100 lower, as its products are faster and what lies between them is not. An A100 node has one
    /// 100 Gbit/s adapter, as the clusters of the published runs; a Hopper node has one of 400 Gbit/s for each device.
    /// </summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    /// <returns>Null where the name is not known.</returns>
    public static DeviceProfile? Find(string name) => name switch
    {
        "a100-40gb" => new(name, (long)(40 * GiB * Usable), 312e12, 156e12, 0.55, 1.55e12, 270e9, 12.5e9),
        "a100-80gb" => new(name, (long)(80 * GiB * Usable), 312e12, 156e12, 0.55, 2.0e12, 270e9, 12.5e9),
        "h100" => new(name, (long)(80 * GiB * Usable), 989e12, 494e12, 0.45, 3.35e12, 405e9, 400e9),
        "h200" => new(name, (long)(141e9 * Usable), 989e12, 494e12, 0.45, 4.8e12, 405e9, 400e9),
        _ => null,
    };

    /// <summary>The processors of a machine, shared by its ranks.</summary>
    /// <param name="flops">Peak of one rank's share, measured.</param>
    /// <param name="memory">Memory of one rank's share.</param>
    public static DeviceProfile Cpu(double flops, long memory) => new("cpu", memory, flops, flops, 0.7, 10e9, 5e9, 1.25e9);

    /// <summary>The peak of products in a format.</summary>
    public double Flops(Precision precision) => precision == Precision.Bf16 ? Bf16Flops : Fp32Flops;
}
