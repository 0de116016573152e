using System.Runtime.InteropServices;
using Meditron.Training.Distributed.Launching;

namespace Meditron.Cli.Jobs;

/// <summary>A process of a job on this machine, started by this one or found running.</summary>
internal sealed partial class RunningProcess : IWorkerProcess
{
    private const int Sigkill = 9;
    private const int Sigterm = 15;
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);

    private readonly ManualResetEventSlim left = new();
    private volatile bool ended;

    private RunningProcess(int id) => Id = id;

    /// <inheritdoc/>
    public int Id { get; private set; }

    /// <summary>Starts a process, and lists it at once, so that whoever takes over from this one knows of it.</summary>
    /// <param name="nodes">The job's list.</param>
    /// <param name="role">What it will be.</param>
    /// <param name="slot">Its slot; null where it has none.</param>
    /// <param name="arguments">Its command line.</param>
    /// <param name="log">The file that it writes to.</param>
    /// <param name="exited">Told its exit code.</param>
    /// <param name="server">Forks it, where that can be done.</param>
    /// <param name="code">Finds the exit code that a process has left, where nobody is told it.</param>
    /// <exception cref="IOException">It cannot be started.</exception>
    public static RunningProcess Start(
        JobNodes nodes, string role, string? slot, IReadOnlyList<string> arguments, string log, Action<int> exited, ForkServer? server = null, Func<int, int>? code = null)
    {
        var process = new RunningProcess(0);
        void Ended(int value)
        {
            process.ended = true;
            exited(value);
        }

        void Lost(int id)
        {
            if (JobNode.Announced(role, id, slot) is { } node)
            {
                process.Watch(node, () => code?.Invoke(id) ?? DetachedProcess.UnknownCode, exited);
            }
            else
            {
                Ended(code?.Invoke(id) ?? DetachedProcess.UnknownCode);
            }
        }

        process.Id = server?.Start(arguments, log, Ended, Lost) ?? DetachedProcess.Start(arguments, log, Ended);
        try
        {
            nodes.Announce(role, process.Id, slot);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It lists itself once it is up.
        }

        return process;
    }

    /// <summary>Watches a process that another one has started.</summary>
    /// <param name="node">The process.</param>
    /// <param name="code">Finds the exit code that it has left.</param>
    /// <param name="exited">Told its exit code, on a thread of its own; not once the result was disposed.</param>
    public static RunningProcess Adopt(JobNode node, Func<int> code, Action<int> exited)
    {
        var process = new RunningProcess(node.Process);
        process.Watch(node, code, exited);
        return process;
    }

    /// <summary>Asks a process of this machine to end.</summary>
    public static void Terminate(int process) => Signal(process, Sigterm);

    /// <summary>Sends a signal to a process of this machine.</summary>
    /// <returns>Whether there was one to send it to.</returns>
    public static bool Send(int process, int signal) => Signal(process, signal) == 0;

    /// <inheritdoc/>
    public void Terminate() => SendUnlessEnded(Sigterm);

    /// <inheritdoc/>
    public void Kill() => SendUnlessEnded(Sigkill);

    /// <inheritdoc/>
    public void Dispose() => left.Set();

    private void Watch(JobNode node, Func<int> code, Action<int> exited) =>
        new Thread(() =>
        {
            while (node.IsAlive == true)
            {
                if (left.Wait(Interval, CancellationToken.None))
                {
                    return;
                }
            }

            ended = true;
            exited(code());
        })
        { IsBackground = true, Name = $"watch-{node.Process}" }.Start();

    private void SendUnlessEnded(int signal)
    {
        if (!ended)
        {
            _ = Signal(Id, signal);
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);
}
