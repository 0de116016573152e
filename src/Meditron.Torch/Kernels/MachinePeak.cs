using Meditron.Torch.Native;
using static Meditron.Torch.Kernels.KernelMethods;

namespace Meditron.Torch.Kernels;

/// <summary>Measures how fast this machine multiplies matrices, the yardstick for a training step.</summary>
public static class MachinePeak
{
    /// <summary>The best of five products of n x n matrices by oneDNN, in GFLOP/s, with the current number of threads. Takes under a second at n = 2048.</summary>
    public static double Measure(ScalarType dtype, int n = 2048)
    {
        var type = dtype switch
        {
            ScalarType.Float32 => 0,
            ScalarType.BFloat16 => 1,
            _ => throw new TorchException(TorchErrorKind.Type, $"gemm_peak: {dtype} cannot be measured; Float32 and BFloat16 can."),
        };
        NativeMethods.Check(mt_kernels_gemm_peak(type, n, out var gflops));
        return gflops;
    }
}
