using Meditron.Training.Runs;

namespace Meditron.Cli.Jobs;

/// <summary>Starts, from a worker, whoever keeps the workers running, where no such process lives any more: those who watch each other may have died together.</summary>
internal sealed class KeeperWatch : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(500);

    // A process that has been started is given so long before another one is.
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(10);

    private readonly RunFolder folder;
    private readonly JobNodes nodes;
    private readonly string launcher;
    private readonly string role;
    private readonly string configuration;
    private readonly TimeSpan patience;
    private readonly TimeProvider time;
    private readonly Action<string> told;
    private readonly ManualResetEventSlim stop = new();
    private readonly Thread thread;

    /// <summary>Starts to watch.</summary>
    /// <param name="folder">The run.</param>
    /// <param name="slot">This worker's slot; those of higher number wait longer, so that one of them acts.</param>
    /// <param name="role">The role to start: deputy or launcher.</param>
    /// <param name="configuration">The file with the job's configuration.</param>
    /// <param name="time">The clock.</param>
    /// <param name="told">Told what is done.</param>
    public KeeperWatch(RunFolder folder, string slot, string role, string configuration, TimeProvider time, Action<string> told)
    {
        this.folder = folder;
        this.role = role;
        this.configuration = configuration;
        this.time = time;
        this.told = told;
        (launcher, var number) = WorkerSlot.Parse(slot);
        patience = TimeSpan.FromSeconds(1 + number);
        nodes = new JobNodes(folder);
        thread = new Thread(Run) { IsBackground = true, Name = "keeper-watch" };
        thread.Start();
    }

    private JobNode? Keeper => nodes.List().FirstOrDefault(node => node.IsAlive == true && (role == DeputyProcesses.Role ? node.Leads : node.Role == "launcher" && node.Slot == launcher));

    /// <inheritdoc/>
    public void Dispose()
    {
        stop.Set();
        thread.Join();
        stop.Dispose();
    }

    private void Run()
    {
        JobNode? keeper = null;
        var seen = time.GetTimestamp();
        var wait = patience;
        while (!stop.Wait(Interval, CancellationToken.None))
        {
            try
            {
                if (keeper?.IsAlive == true || (keeper = Keeper) is not null)
                {
                    seen = time.GetTimestamp();
                    wait = patience;
                }
                else if (time.GetElapsedTime(seen) >= wait)
                {
                    Start();
                    seen = time.GetTimestamp();
                    wait = Pause;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                told($"No {role} could be started: {e.Message}");
                seen = time.GetTimestamp();
            }
        }
    }

    private void Start()
    {
        var isDeputy = role == DeputyProcesses.Role;
        Directory.CreateDirectory(folder.Logs);
        var arguments = isDeputy ? DeputyProcesses.Arguments(configuration) : ["node", "--role", role, "--config", configuration];
        var log = isDeputy ? DeputyProcesses.Log(folder) : Path.Combine(folder.Logs, $"{launcher}.log");
        var process = RunningProcess.Start(nodes, isDeputy ? "seed" : role, isDeputy ? null : launcher, arguments, log, _ => { });
        told($"No {role} of this job lived any more: process {process.Id} is a new one.");
    }
}
