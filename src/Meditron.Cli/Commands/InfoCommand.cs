using System.CommandLine;
using System.Globalization;
using System.Reflection;
using System.Runtime.InteropServices;
using Meditron.Torch;
using Meditron.Torch.Kernels;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron info</c>: the machine, the libraries and how fast this machine multiplies matrices.</summary>
internal static class InfoCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("info", "Show the machine, devices, versions and the measured peak of matrix products.");
        var noPeak = new Option<bool>("--no-peak") { Description = "Do not measure." };
        var threads = new Option<int>("--threads") { Description = "Threads to measure with; 0: one for each core.", HelpName = "N" };
        command.Options.Add(noPeak);
        command.Options.Add(threads.AtLeast(0));
        command.OnRun((parsed, context) =>
        {
            context.WriteFacts(Facts());
            if (!parsed.GetValue(noPeak))
            {
                var count = parsed.GetValue(threads) > 0 ? parsed.GetValue(threads) : Environment.ProcessorCount;
                torch.set_num_threads(count);
                foreach (var (name, type) in new[] { ("fp32", ScalarType.Float32), ("bf16", ScalarType.BFloat16) })
                {
                    context.Cancellation.ThrowIfCancellationRequested();
                    context.WriteLine($"{name} peak      {MachinePeak.Measure(type).ToString("0", CultureInfo.InvariantCulture)} GFLOP/s (2048 x 2048 products, {count} thread{(count == 1 ? "" : "s")})");
                }
            }

            return ExitCodes.Ok;
        });
        return command;
    }

    private static List<(string Name, string Value)> Facts()
    {
        var memory = GC.GetGCMemoryInfo();
        var cuda = torch.cuda.device_count();
        return
        [
            ("meditron", typeof(InfoCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion.Split('+')[0] ?? "unknown"),
            ("runtime", $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}"),
            ("system", RuntimeInformation.OSDescription),
            ("processor", $"{ProcessorName()}, {Environment.ProcessorCount} core{(Environment.ProcessorCount == 1 ? "" : "s")} to use"),
            ("memory", Quantity.Bytes(memory.TotalAvailableMemoryBytes)),
            ("instructions", InstructionSet.Current == InstructionSet.Detected ? InstructionSet.Current : $"{InstructionSet.Current} (the machine has {InstructionSet.Detected})"),
            ("libtorch", torch.__version__),
            ("devices", cuda == 0 ? "cpu" : "cpu, " + string.Join(", ", Enumerable.Range(0, cuda).Select(i => $"cuda:{i}"))),
            ("device auto", Devices.Resolve("auto").ToString()),
            ("program", AppContext.BaseDirectory),
            ("folder", Environment.CurrentDirectory),
        ];
    }

    private static string ProcessorName()
    {
        const string CpuInfo = "/proc/cpuinfo";
        var line = File.Exists(CpuInfo) ? File.ReadLines(CpuInfo).FirstOrDefault(item => item.StartsWith("model name", StringComparison.Ordinal)) : null;
        return line is null ? RuntimeInformation.ProcessArchitecture.ToString() : line[(line.IndexOf(':') + 1)..].Trim();
    }
}
