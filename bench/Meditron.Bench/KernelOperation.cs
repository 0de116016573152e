using Meditron.Torch.Kernels;

namespace Meditron.Bench;

/// <summary>One call to time, and what it does at least: floating-point operations for products, bytes read and written for the rest.</summary>
internal sealed record KernelOperation(string Name, double Flops, double Bytes, Action<IKernels> Call);
