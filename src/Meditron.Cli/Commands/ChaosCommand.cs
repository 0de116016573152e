using System.CommandLine;
using System.Globalization;
using Meditron.Cli.Chaos;
using Meditron.Cli.Jobs;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron chaos</c>: does harm to a running job, one fault at a time, to see it survive.</summary>
internal static class ChaosCommand
{
    private static readonly IReadOnlyDictionary<string, int> Signals = new Dictionary<string, int>(StringComparer.Ordinal) { ["kill"] = 9, ["stop"] = 19, ["continue"] = 18, ["terminate"] = 15 };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("chaos", "Disturb a running job, again and again, chosen from a seed: a signal to one of its processes on this machine, its disk, its database, its newest checkpoint, its network.");
        var options = new ConfigOptions(command);
        var name = StatusCommand.RunOption();
        var fault = new Option<string>("--fault")
        {
            Description = "kill, stop, continue or terminate a process; random: kill or stop; fill-disk (--bytes, --seconds), corrupt-shard, database (--seconds), partition (--namespace, --interface, --seconds).",
            HelpName = "FAULT",
            DefaultValueFactory = _ => "kill",
        };
        var target = new Option<string>("--target")
        {
            Description = "Processes to choose from: worker, standby, seed, train, launcher, coordinator (the seed that hosts the coordinators), or any.", HelpName = "ROLE", DefaultValueFactory = _ => "worker",
        };
        var every = new Option<double>("--every") { Description = "Seconds between two faults; the first comes after one such time.", HelpName = "SECONDS", DefaultValueFactory = _ => 10 };
        var count = new Option<int>("--count") { Description = "Faults; 0: until the job ends or Ctrl-C.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "What is chosen.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var seconds = new Option<double>("--seconds") { Description = "How long the disk, the database or the network is away.", HelpName = "SECONDS", DefaultValueFactory = _ => 5 };
        var bytes = new Option<long>("--bytes") { Description = "Bytes of the disk that fill-disk takes at most.", HelpName = "N" };
        var network = new Option<string>("--namespace") { Description = "The network namespace that partition cuts off.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        var device = new Option<string>("--interface") { Description = "Its interface.", HelpName = "NAME", DefaultValueFactory = _ => "" };
        fault.AcceptOnlyFromAmong([.. Signals.Keys, "random", "fill-disk", "corrupt-shard", "database", "partition"]);
        target.AcceptOnlyFromAmong("worker", "standby", "seed", "train", "launcher", "coordinator", "any");
        foreach (var option in (Option[])[name, fault, target, every, count.AtLeast(0), seed, seconds, bytes, network, device])
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) => Run(
            RunLocation.Find(parsed.GetValue(name), options.Load(parsed)),
            new Plan(
                parsed.GetValue(fault)!,
                parsed.GetValue(target)!,
                TimeSpan.FromSeconds(Math.Max(0, parsed.GetValue(every))),
                parsed.GetValue(count),
                parsed.GetValue(seed),
                TimeSpan.FromSeconds(Math.Max(0, parsed.GetValue(seconds))),
                parsed.GetValue(bytes),
                parsed.GetValue(network)!,
                parsed.GetValue(device)!),
            context));
        return command;
    }

    private static int Run(RunLocation run, Plan plan, CliContext context)
    {
        if (plan is { Fault: "fill-disk", Bytes: <= 0 } or { Fault: "partition", Network: "" } or { Fault: "partition", Device: "" })
        {
            throw new UsageException(plan.Fault == "partition" ? "--fault partition needs --namespace and --interface." : "--fault fill-disk needs --bytes: how much of the disk it may take.");
        }

        var list = new JobNodes(run.Folder);
        if (list.List().Count == 0)
        {
            Console.Error.WriteLine($"meditron: {run.Folder.Path} is not running: no process of it lives. Start it first.");
            return ExitCodes.Unreachable;
        }

        var random = new Random(plan.Seed);
        for (var done = 0; plan.Count == 0 || done < plan.Count; done++)
        {
            if (context.Cancellation.WaitHandle.WaitOne(plan.Every))
            {
                return ExitCodes.Interrupted;
            }

            var nodes = list.List();
            if (nodes.Count == 0)
            {
                context.WriteLine($"The job has ended after {done} faults.");
                return ExitCodes.Ok;
            }

            var told = plan.Fault switch
            {
                "fill-disk" => DiskFiller.Run(run.Folder, plan.Bytes, plan.Seconds, context),
                "corrupt-shard" => ShardCorruption.Run(run.Folder, random),
                "database" => DatabaseOutage.Run(run.Folder, plan.Seconds, context),
                "partition" => Partition.Run(plan.Network, plan.Device, plan.Seconds, context),
                _ => Strike(nodes, plan, random),
            };
            if (told is null)
            {
                Console.Error.WriteLine($"meditron: no {plan.Target} of the job runs on this machine; there are {string.Join(", ", nodes.Select(node => node.Name))}.");
                return ExitCodes.CommandFailed;
            }

            context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{context.Time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fff} {told}"));
        }

        return ExitCodes.Ok;
    }

    /// <summary>Sends a signal to a process of the target; null where there is none.</summary>
    private static string? Strike(IReadOnlyList<JobNode> nodes, Plan plan, Random random)
    {
        var here = nodes.Where(node => node.IsAlive == true).ToList();
        var candidates = plan.Target == "coordinator"
            ? here.Where(node => node.Leads && node.Address is not null).OrderBy(node => node.Started).Take(1).ToList()
            : [.. here.Where(node => plan.Target == "any" || node.Role == plan.Target).OrderBy(node => node.Process)];
        if (candidates.Count == 0)
        {
            return null;
        }

        var chosen = candidates[random.Next(candidates.Count)];
        var fault = plan.Fault == "random" ? (random.Next(2) == 0 ? "kill" : "stop") : plan.Fault;
        return $"{fault} {chosen.Name}{(RunningProcess.Send(chosen.Process, Signals[fault]) ? "" : ": it has ended already")}";
    }

    private sealed record Plan(string Fault, string Target, TimeSpan Every, int Count, int Seed, TimeSpan Seconds, long Bytes, string Network, string Device);
}
