using System.Diagnostics;
using System.Globalization;
using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Bench;

/// <summary>Times every operation of <see cref="IKernels"/> at the shapes of one training step, fused beside composed, and sets it against the machine's matrix product.</summary>
internal static class KernelBench
{
    public static int Run(string[] args)
    {
        var flags = Parse(args);
        if (flags is null)
        {
            Console.Error.WriteLine("usage: Meditron.Bench kernels [--dtype fp32|bf16] [--threads N] [--composed yes|no] [--only TEXT]");
            return 2;
        }

        if (flags.TryGetValue("threads", out var threads))
        {
            torch.set_num_threads(int.Parse(threads, CultureInfo.InvariantCulture));
        }

        var composed = flags.GetValueOrDefault("composed", "yes") == "yes" ? new AtenKernels() : null;
        foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16 })
        {
            if (flags.TryGetValue("dtype", out var wanted) && wanted != Name(type))
            {
                continue;
            }

            var peak = MachinePeak.Measure(type);
            Console.WriteLine(FormattableString.Invariant(
                $"{Name(type)}, {torch.get_num_threads()} threads, {InstructionSet.Current}; oneDNN's product of 2048 x 2048 matrices: {peak:f0} GFLOP/s"));
            Console.WriteLine($"{"operation",-34}{"ms",9}{"rate",9}{"unit",9}{"of peak",9}{"composed",10}{"times",7}");
            using var scope = torch.NewDisposeScope();
            var fused = new FusedKernels();
            foreach (var operation in KernelOperations.All(type))
            {
                if (flags.TryGetValue("only", out var only) && !operation.Name.Contains(only, StringComparison.Ordinal))
                {
                    continue;
                }

                Report(operation, Median(() => operation.Call(fused), 0.1, 5), composed is null ? null : Median(() => operation.Call(composed), 0.05, 2), peak);
            }

            Console.WriteLine();
        }

        return 0;
    }

    private static void Report(KernelOperation operation, double seconds, double? composed, double peak)
    {
        var rate = (operation.Flops > 0 ? operation.Flops : operation.Bytes) / seconds * 1e-9;
        var line = FormattableString.Invariant($"{operation.Name,-34}{seconds * 1e3,9:f3}{rate,9:f1}{(operation.Flops > 0 ? "GFLOP/s" : "GB/s"),9}");
        line += operation.Flops > 0 ? FormattableString.Invariant($"{rate / peak * 100,8:f0}%") : new string(' ', 9);
        Console.WriteLine(composed is double slow ? line + FormattableString.Invariant($"{slow * 1e3,10:f3}{slow / seconds,7:f1}") : line);
    }

    // Of at least `calls` calls and `least` seconds, after one to warm up.
    private static double Median(Action action, double least, int calls)
    {
        action();
        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (times.Count < calls || (Stopwatch.GetElapsedTime(start).TotalSeconds < least && times.Count < 1000))
        {
            var before = Stopwatch.GetTimestamp();
            action();
            times.Add(Stopwatch.GetElapsedTime(before).TotalSeconds);
        }

        times.Sort();
        return times[times.Count / 2];
    }

    private static string Name(ScalarType type) => type == ScalarType.Float32 ? "fp32" : "bf16";

    private static Dictionary<string, string>? Parse(string[] args)
    {
        var flags = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var i = 0; i < args.Length; i += 2)
        {
            if (args[i] is not ("--dtype" or "--threads" or "--composed" or "--only") || i + 1 == args.Length)
            {
                return null;
            }

            flags[args[i][2..]] = args[i + 1];
        }

        return flags;
    }
}
