using Meditron.Training.Distributed.Launching;
using Meditron.Training.Runs;

namespace Meditron.Cli.Jobs;

/// <summary>Starts the second seed of a job on this machine, which takes over when the leading one ends; one that runs already is kept.</summary>
internal sealed class DeputyProcesses(RunFolder folder) : IWorkerProcesses
{
    /// <summary>Its role on the command line.</summary>
    public const string Role = "deputy";

    private const int Sigkill = 9;

    private readonly JobNodes nodes = new(folder);

    /// <summary>Its command line.</summary>
    /// <param name="configuration">The file with the job's configuration.</param>
    public static string[] Arguments(string configuration) => ["node", "--role", Role, "--plain", "--config", configuration];

    /// <summary>The file that it writes to.</summary>
    public static string Log(RunFolder folder) => Path.Combine(folder.Logs, "deputy.log");

    /// <summary>Ends a seed in the background that was declared dead although its process lives, such as a stopped one, so that another takes its place.</summary>
    public static void EndSilent(RunFolder folder, string address)
    {
        foreach (var node in new JobNodes(folder).List().Where(node => node is { Role: "seed", IsAlive: true } && node.Address == address && node.Process != Environment.ProcessId))
        {
            RunningProcess.Send(node.Process, Sigkill);
        }
    }

    /// <inheritdoc/>
    public IWorkerProcess Start(int slot, bool standby, Action<int> exited)
    {
        if (nodes.List().FirstOrDefault(node => node.Leads && node.IsAlive == true && node.Process != Environment.ProcessId) is { } other)
        {
            return RunningProcess.Adopt(other, () => DetachedProcess.UnknownCode, exited);
        }

        Directory.CreateDirectory(folder.Logs);
        return RunningProcess.Start(nodes, "seed", null, Arguments(folder.Configuration), Log(folder), exited);
    }
}
