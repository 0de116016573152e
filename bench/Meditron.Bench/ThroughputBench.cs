using System.Diagnostics;
using System.Runtime.InteropServices;
using System.Text.Json;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training;

namespace Meditron.Bench;

/// <summary>Tokens a second of whole training steps, at the shapes and with the flags of the peer's <c>llama.py bench</c>.</summary>
internal static class ThroughputBench
{
    public static int Run(string[] args)
    {
        var flags = new Flags(args);
        var threads = flags.Int("threads", 2);
        torch.set_num_threads(threads);
        var bf16 = flags.Text("dtype", "fp32") == "bf16";
        int sequence = flags.Int("seq", 512), steps = flags.Int("steps", 6), warm = flags.Int("warm", 2);
        var model = BenchModel.Model(flags);
        var options = BenchModel.Options(flags, steps + warm);
        IKernels kernels = flags.Text("kernels", "fused") == "aten" ? new AtenKernels() : new FusedKernels();
        using var trainer = new Trainer(model, options, new RandomSamples(model.VocabularySize, sequence, 0), null, kernels, Device.CPU, TimeProvider.System);
        for (var step = 0; step < warm; step++)
        {
            trainer.TrainStep();
        }

        var mallocs = MallocCount();
        var mallocsBefore = mallocs?.Invoke() ?? 0;
        var nativeBefore = torch.memory_statistics();
        var managedBefore = GC.GetAllocatedBytesForCurrentThread();
        var clock = Stopwatch.StartNew();
        for (var step = 0; step < steps; step++)
        {
            trainer.TrainStep();
        }

        clock.Stop();
        var managed = (GC.GetAllocatedBytesForCurrentThread() - managedBefore) / (double)steps;
        var mallocsAfter = mallocs?.Invoke() ?? 0;
        var nativeAfter = torch.memory_statistics();
        var rate = steps * options.TokensPerStep / clock.Elapsed.TotalSeconds;
        var gflops = rate * model.FlopsPerToken(sequence) / 1e9;
        string? weights = null;
        if (flags.Text("weights", "") is { Length: > 0 } path)
        {
            WeightFile.Write(path, trainer.Parameters, model);
            weights = WeightFile.HashAndDelete(path);
        }

        var peakRss = PeakResidentBytes();
        var peak = MachinePeak.Measure(bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
        Console.WriteLine(JsonSerializer.Serialize(new
        {
            tokens_per_s = Math.Round(rate, 1),
            gflops = Math.Round(gflops, 1),
            onednn_gemm_peak_gflops = Math.Round(peak, 1),
            share_of_peak = Math.Round(gflops / peak, 3),
            parameters = model.ParameterCount,
            weights,
            dtype = bf16 ? "bf16" : "fp32",
            threads,
            peak_rss_mb = peakRss >> 20,
            managed_bytes_per_step = Math.Round(managed),
            native_tensor_allocations_per_step = (nativeAfter.Allocations - nativeBefore.Allocations) / (double)steps,
            mallocs_per_step = mallocs is null ? (double?)null : (mallocsAfter - mallocsBefore) / (double)steps,
        }));
        return 0;
    }

    /// <summary>The counter of bench/allocations, where it is preloaded.</summary>
    private static Func<long>? MallocCount() => NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "meditron_malloc_count", out var address)
        ? Marshal.GetDelegateForFunctionPointer<CountDelegate>(address).Invoke
        : null;

    private delegate long CountDelegate();

    private static long PeakResidentBytes()
    {
        var line = File.ReadLines("/proc/self/status").First(text => text.StartsWith("VmHWM", StringComparison.Ordinal));
        return long.Parse(line.Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries)[1], System.Globalization.CultureInfo.InvariantCulture) * 1024;
    }
}
