using System.CommandLine;
using System.Globalization;
using System.Runtime.InteropServices;
using Meditron.Cli.Jobs;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron chaos</c>: sends signals to processes of a running job, one at a time, to see it survive.</summary>
internal static partial class ChaosCommand
{
    private static readonly IReadOnlyDictionary<string, int> Signals = new Dictionary<string, int>(StringComparer.Ordinal) { ["kill"] = 9, ["stop"] = 19, ["continue"] = 18, ["terminate"] = 15 };

    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("chaos", "Disturb a running job: a signal to one of its processes on this machine, again and again, chosen from a seed.");
        var options = new ConfigOptions(command);
        var name = StatusCommand.RunOption();
        var fault = new Option<string>("--fault") { Description = "kill, stop, continue or terminate.", HelpName = "FAULT", DefaultValueFactory = _ => "kill" };
        var target = new Option<string>("--target") { Description = "Role of the processes to choose from: worker, standby, seed, train, launcher, or any.", HelpName = "ROLE", DefaultValueFactory = _ => "worker" };
        var every = new Option<double>("--every") { Description = "Seconds between two faults; the first comes after one such time.", HelpName = "SECONDS", DefaultValueFactory = _ => 10 };
        var count = new Option<int>("--count") { Description = "Faults; 0: until the job ends or Ctrl-C.", HelpName = "N", DefaultValueFactory = _ => 1 };
        var seed = new Option<int>("--seed") { Description = "Which of the processes are chosen.", HelpName = "N", DefaultValueFactory = _ => 1 };
        fault.AcceptOnlyFromAmong([.. Signals.Keys]);
        target.AcceptOnlyFromAmong("worker", "standby", "seed", "train", "launcher", "any");
        foreach (var option in (Option[])[name, fault, target, every, count.AtLeast(0), seed])
        {
            command.Options.Add(option);
        }

        command.OnRun((parsed, context) => Run(
            RunLocation.Find(parsed.GetValue(name), options.Load(parsed)),
            new Plan(parsed.GetValue(fault)!, parsed.GetValue(target)!, TimeSpan.FromSeconds(Math.Max(0, parsed.GetValue(every))), parsed.GetValue(count), parsed.GetValue(seed)),
            context));
        return command;
    }

    private static int Run(RunLocation run, Plan plan, CliContext context)
    {
        var list = new JobNodes(run.Folder);
        if (list.List().Count == 0)
        {
            Console.Error.WriteLine($"meditron: {run.Folder.Path} is not running: no process of it lives. Start it first.");
            return ExitCodes.Unreachable;
        }

        var random = new Random(plan.Seed);
        for (var done = 0; plan.Count == 0 || done < plan.Count;)
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

            var candidates = nodes.Where(node => node.IsAlive == true && (plan.Target == "any" || node.Role == plan.Target)).OrderBy(node => node.Process).ToList();
            if (candidates.Count == 0)
            {
                Console.Error.WriteLine($"meditron: no {plan.Target} of the job runs on this machine; there are {string.Join(", ", nodes.Select(node => node.Name))}.");
                return ExitCodes.CommandFailed;
            }

            var chosen = candidates[random.Next(candidates.Count)];
            var sent = Signal(chosen.Process, Signals[plan.Fault]) == 0;
            context.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{context.Time.GetUtcNow():yyyy-MM-ddTHH:mm:ss.fff} {plan.Fault} {chosen.Name}{(sent ? "" : ": it has ended already")}"));
            done++;
        }

        return ExitCodes.Ok;
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);

    private sealed record Plan(string Fault, string Target, TimeSpan Every, int Count, int Seed);
}
