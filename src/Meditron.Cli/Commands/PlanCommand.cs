using System.CommandLine;
using Meditron.Llama;
using Meditron.Llama.HuggingFace;
using Meditron.Torch;
using Meditron.Torch.Kernels;
using Meditron.Training.Planning;
using Meditron.Training.Runs;
using Meditron.Training.Settings;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron plan</c>: whether a configuration's layout fits machines, and how fast it would be.</summary>
internal static class PlanCommand
{
    private const int Shown = 5;

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("plan", "Predict memory, traffic and speed of a configuration's layout over machines, or search for the best layout. Reads no data and no weights.");
        var options = new ConfigOptions(command);
        var nodes = new Option<int>("--nodes") { Description = "Machines.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var devices = new Option<int>("--gpus-per-node") { Description = "Devices of each machine.", HelpName = "G", DefaultValueFactory = _ => 1 };
        var device = new Option<string>("--device") { Description = $"What a device is: {string.Join(", ", DeviceProfile.Names)}, or cpu for this machine's processors, measured and shared by the devices.", HelpName = "NAME", DefaultValueFactory = _ => "a100-80gb" };
        var network = new Option<double?>("--node-gbit") { Description = "Bandwidth of a machine to the others, in Gbit/s, where it is not the device's usual one.", HelpName = "GBIT" };
        var search = new Option<bool>("--search") { Description = "List the best layouts that take all devices, in place of that of the configuration." };
        device.AcceptOnlyFromAmong([.. DeviceProfile.Names, "cpu"]);
        command.Options.Add(nodes.AtLeast(1));
        command.Options.Add(devices.AtLeast(1));
        command.Options.Add(device);
        command.Options.Add(network);
        command.Options.Add(search);
        command.OnRun((parsed, context) =>
        {
            var settings = options.Load(parsed).Settings;
            var profile = Profile(parsed.GetRequiredValue(device), settings, parsed.GetValue(devices));
            if (parsed.GetValue(network) is { } gbit)
            {
                profile = profile with { NodeBandwidth = gbit > 0 ? gbit * 1e9 / 8 : throw new UsageException($"--node-gbit is {gbit}; it must be above 0.") };
            }

            var model = settings.Model.From.Length > 0 ? settings.Model.Over(HuggingFaceConfig.Load(settings.Model.From).Model) : settings.Model.ToLlama();
            var request = new PlanRequest(model, RunModel.TrainerOptions(settings), settings.Parallel.ScheduleKind, parsed.GetValue(nodes), parsed.GetValue(devices), profile);
            return parsed.GetValue(search) ? Search(request, context) : Plan(request, LayoutPlanner.Plan(request, settings.Parallel.Layout), context);
        });
        return command;
    }

    private static DeviceProfile Profile(string name, MeditronSettings settings, int devices)
    {
        if (DeviceProfile.Find(name) is { } profile)
        {
            return profile;
        }

        var gigaflops = MachinePeak.Measure(settings.Precision == Precision.Bf16 ? ScalarType.BFloat16 : ScalarType.Float32);
        return DeviceProfile.Cpu(gigaflops * 1e9 / devices, MachineMemory.AvailableBytes() / devices);
    }

    private static int Plan(PlanRequest request, LayoutPlan plan, CliContext context)
    {
        if (plan.Stages.Count > 0)
        {
            context.WriteFacts(PlanText.Facts(request, plan));
        }

        if (plan.IsGood)
        {
            return ExitCodes.Ok;
        }

        var near = LayoutPlanner.Nearest(request, plan.Layout);
        throw new ConfigurationException(plan.Problem + (near is null
            ? $" No layout over all {request.Devices} devices works for this model and batch."
            : $" A near layout that works: {PlanText.Row(near)}."));
    }

    private static int Search(PlanRequest request, CliContext context)
    {
        var found = LayoutPlanner.Search(request);
        if (found.Count == 0)
        {
            throw new ConfigurationException($"No layout over all {request.Nodes} x {request.DevicesPerNode} {request.Device.Name} works for this model and batch: none divides both and fits the {Quantity.Bytes(request.Device.MemoryBytes)} of a device. "
                + "Use more devices, training.recompute = full, a smaller training.micro-batch, or a batch with more micro-batches.");
        }

        foreach (var plan in found.Take(Shown))
        {
            context.WriteLine(PlanText.Row(plan));
        }

        context.WriteLine($"{found.Count} layout{(found.Count == 1 ? "" : "s")} over all {request.Devices} devices work; the best {Math.Min(Shown, found.Count)} are shown. The first in full:");
        context.WriteLine("");
        context.WriteFacts(PlanText.Facts(request, found[0]));
        return ExitCodes.Ok;
    }
}
