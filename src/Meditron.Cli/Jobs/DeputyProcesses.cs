using Meditron.Training.Distributed.Launching;
using Meditron.Training.Runs;

namespace Meditron.Cli.Jobs;

/// <summary>Starts the second seed of a job on this machine, which takes over when the leading one ends; one that runs already is kept.</summary>
internal sealed class DeputyProcesses(RunFolder folder) : IWorkerProcesses
{
    /// <summary>Its role on the command line.</summary>
    public const string Role = "deputy";

    private readonly JobNodes nodes = new(folder);

    /// <summary>Its command line.</summary>
    /// <param name="configuration">The file with the job's configuration.</param>
    public static string[] Arguments(string configuration) => ["node", "--role", Role, "--plain", "--config", configuration];

    /// <summary>The file that it writes to.</summary>
    public static string Log(RunFolder folder) => Path.Combine(folder.Logs, "deputy.log");

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
