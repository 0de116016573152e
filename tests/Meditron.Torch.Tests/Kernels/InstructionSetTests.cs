using System.Diagnostics;
using Meditron.Testing;
using Meditron.Torch.Kernels;

namespace Meditron.Torch.Tests.Kernels;

public sealed class InstructionSetTests : KernelTest
{
    [Fact]
    public void The_best_of_the_machine_is_in_force_and_others_can_be_forced()
    {
        foreach (var name in InstructionSet.Names.Where(InstructionSet.IsAvailable))
        {
            using var forced = Forced(name);
        }

        Assert.Equal(InstructionSet.Detected, InstructionSet.Current);
        Assert.True(InstructionSet.IsAvailable("baseline"));
        Assert.False(InstructionSet.IsAvailable("sse9"));
    }

    [Fact]
    public void An_unknown_name_is_refused_with_the_known_ones()
    {
        var error = Assert.Throws<TorchException>(() => InstructionSet.Use("avx1024"));
        Assert.Contains("'avx1024'", error.Message, StringComparison.Ordinal);
        Assert.Contains("avx512bf16", error.Message, StringComparison.Ordinal);
    }

    // oneDNN fixes its instruction set at the first product of a process, so another one needs another process.
    [SkippableTheory]
    [MemberData(nameof(InstructionSets))]
    public void A_process_with_the_environment_variable_multiplies_right_on_that_instruction_set(string name)
    {
        var program = Path.Combine(RepositoryPaths.Root, "native", "build", "bin", "kernels_bench");
        Skip.IfNot(File.Exists(program), $"{program} is not built.");
        var start = new ProcessStartInfo(program, "check") { RedirectStandardOutput = true, UseShellExecute = false };
        start.Environment["MEDITRON_ISA"] = name;
        start.Environment["OMP_NUM_THREADS"] = "2";
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        Assert.True(process.ExitCode == 0, output);
        Assert.Contains($"checked on {name}, 0 wrong", output, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(ScalarType.Float32)]
    [InlineData(ScalarType.BFloat16)]
    public void The_peak_of_the_machine_is_a_plausible_number(ScalarType type)
    {
        Assert.InRange(MachinePeak.Measure(type, 256), 0.1, 1e6);
    }
}
