using System.Collections.Concurrent;
using System.Globalization;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Runs;

namespace Meditron.Cli.Jobs;

/// <summary>Starts workers as processes of this program, each with a log of its own in the run's folder; one that runs in a slot already is taken over.</summary>
/// <param name="folder">The run.</param>
/// <param name="launcher">The launcher's name, which tells its slots from those of others.</param>
/// <param name="keeper">The role that a worker gives a process which it starts where nobody keeps it running any more: deputy or launcher.</param>
/// <param name="configuration">The file with the job's configuration.</param>
/// <param name="options">Further options that every worker is given, of the moment.</param>
/// <param name="devices">The device of each slot.</param>
/// <param name="logs">The folder of the logs.</param>
/// <param name="time">The clock.</param>
/// <param name="server">Forks them, once it is there; null where each is started by itself.</param>
internal sealed class WorkerProcesses(
    RunFolder folder, string launcher, string keeper, string configuration, Func<IEnumerable<string>> options, IReadOnlyList<string> devices, string logs, TimeProvider time, ForkServer? server) : IWorkerProcesses
{
    /// <summary>A forked process that ends sooner may have ended because it was forked: the next one in its slot is started by itself.</summary>
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(5);

    /// <summary>Exit codes of workers that would end the same way again.</summary>
    public static readonly IReadOnlyList<int> FinalCodes = [ExitCodes.Configuration, ExitCodes.Usage, ExitCodes.Data, ExitCodes.OutOfMemory];

    private readonly JobNodes nodes = new(folder);
    private readonly ConcurrentDictionary<int, bool> unforked = new();

    /// <inheritdoc/>
    public IWorkerProcess Start(int slot, bool standby, Action<int> exited)
    {
        var name = WorkerSlot.Name(launcher, slot);
        if (nodes.List().FirstOrDefault(node => node.Slot == name && node.IsAlive == true) is { } running)
        {
            return RunningProcess.Adopt(running, () => WorkerSlot.CodeOf(folder, name, running.Process), exited);
        }

        Directory.CreateDirectory(logs);
        var role = standby ? "standby" : "worker";
        string[] arguments = ["node", "--role", role, "--slot", name, "--kept-by", keeper, "--config", configuration, .. options(), "-c", $"meditron.device={devices[slot]}"];
        var forks = unforked.TryRemove(slot, out _) ? null : server;
        var began = time.GetTimestamp();
        return RunningProcess.Start(nodes, role, name, arguments, Path.Combine(logs, string.Create(CultureInfo.InvariantCulture, $"worker-{slot}.log")), Ended, forks, process => WorkerSlot.CodeOf(folder, name, process));

        void Ended(int code)
        {
            if (forks is not null && time.GetElapsedTime(began) < Soon)
            {
                unforked[slot] = true;
            }

            exited(code);
        }
    }
}
