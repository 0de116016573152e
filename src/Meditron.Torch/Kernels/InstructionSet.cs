using System.Runtime.InteropServices;
using Meditron.Torch.Native;
using static Meditron.Torch.Kernels.KernelMethods;

namespace Meditron.Torch.Kernels;

/// <summary>The instruction set of the fused kernels: baseline, avx2, avx512 or avx512bf16, the best of the machine unless MEDITRON_ISA or <see cref="Use"/> names one.</summary>
/// <remarks>
/// <see cref="Use"/> switches the project's own kernels at once. oneDNN, which computes the matrix products, takes its limit from the choice in force at the first
/// product of the process and keeps it; MEDITRON_ISA is therefore the way to run a whole process on another instruction set.
/// </remarks>
public static class InstructionSet
{
    /// <summary>All names, from the least to the most.</summary>
    public static IReadOnlyList<string> Names { get; } = ["baseline", "avx2", "avx512", "avx512bf16"];

    /// <summary>The one in force.</summary>
    /// <exception cref="TorchException">MEDITRON_ISA names one that is unknown or that this machine lacks.</exception>
    public static unsafe string Current
    {
        get
        {
            byte* name;
            NativeMethods.Check(mt_kernels_isa(&name));
            return Marshal.PtrToStringUTF8((nint)name)!;
        }
    }

    /// <summary>The best that this machine has.</summary>
    public static unsafe string Detected
    {
        get
        {
            byte* name;
            NativeMethods.Check(mt_kernels_detected_isa(&name));
            return Marshal.PtrToStringUTF8((nint)name)!;
        }
    }

    /// <summary>Whether this machine has the named one.</summary>
    public static bool IsAvailable(string name)
    {
        var index = Names.ToList().IndexOf(name);
        return index >= 0 && index <= Names.ToList().IndexOf(Detected);
    }

    /// <summary>Makes the fused kernels of this process use the named one.</summary>
    /// <exception cref="TorchException">It is unknown, or this machine lacks it.</exception>
    public static void Use(string name) => NativeMethods.Check(mt_kernels_set_isa(name));
}
