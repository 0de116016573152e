using System.CommandLine;
using Meditron.Cli.Jobs;
using Meditron.Cli.Nodes;

namespace Meditron.Cli.Commands;

/// <summary><c>meditron node</c>: a member of a cluster that can be looked into with <c>meditron cmd</c>.</summary>
internal static class NodeCommand
{
    /// <summary>The command.</summary>
    public static Command Create()
    {
        var command = new Command("node", "Run a node of a cluster until it is told to end (SIGTERM, Ctrl-C, or 'meditron cmd cluster leave'), or its job is over.");
        var options = new ConfigOptions(command);
        var role = new Option<string>("--role")
        {
            Description = "What the node does: plain (a member and no more), seed (leads the job of its configuration; its workers join from other machines), worker (computes for the job), "
                + "standby (a worker that waits to take another's place), launcher (keeps the workers of its machine running), or deputy (the second seed of a job on one machine, which 'meditron train' starts itself).",
            HelpName = "ROLE",
            DefaultValueFactory = _ => "plain",
        };
        role.AcceptOnlyFromAmong("plain", "seed", "worker", "standby", "launcher", DeputyProcesses.Role);
        command.Options.Add(role);

        // What launchers tell their workers.
        var slot = new Option<string?>("--slot") { Hidden = true };
        var keptBy = new Option<string>("--kept-by") { Hidden = true, DefaultValueFactory = _ => DeputyProcesses.Role };
        command.Options.Add(slot);
        command.Options.Add(keptBy.AcceptOnlyFromAmong(DeputyProcesses.Role, "launcher"));
        command.OnRun(
            (parsed, context) =>
            {
                var loaded = options.Load(parsed);
                var launched = parsed.GetValue(slot) is { } name ? new WorkerLaunch(name, parsed.GetValue(keptBy)!, options.Files(parsed)[0]) : null;
                return parsed.GetValue(role) switch
                {
                    "seed" => JobReport.Run(loaded, Lead.Machines, context),
                    DeputyProcesses.Role => new DeputyProgram(loaded, context).Run(),
                    "worker" => new WorkerProgram(loaded, standby: false, launched, context).Run(),
                    "standby" => new WorkerProgram(loaded, standby: true, launched, context).Run(),
                    "launcher" => new LauncherProgram(loaded, context).Run(),
                    _ => new NodeProgram(loaded.Config.WithFallback(NodeSettings.Defaults), context).Run(),
                };
            },
            "leaving the cluster and ending");
        return command;
    }
}
