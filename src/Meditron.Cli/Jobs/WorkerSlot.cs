using System.Globalization;
using Meditron.Cli.Nodes;
using Meditron.Training.Runs;

namespace Meditron.Cli.Jobs;

/// <summary>
/// The place of a worker process among those of its launcher: a file that the process has locked as long as it lives, so that two launchers, of which the
/// one took over from the other, never run two of them; its exit code is left there for a launcher that is not its parent.
/// </summary>
internal sealed class WorkerSlot : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);

    private readonly FileStream file;

    private WorkerSlot(FileStream file) => this.file = file;

    /// <summary>The launcher's name of the slots of a job that <c>meditron train</c> has started.</summary>
    public const string Local = "local";

    /// <summary>The name of a launcher's slot.</summary>
    public static string Name(string launcher, int number) => string.Create(CultureInfo.InvariantCulture, $"{launcher}/{number}");

    /// <summary>The launcher of a slot, and its number there.</summary>
    public static (string Launcher, int Number) Parse(string name)
    {
        var end = name.LastIndexOf('/');
        return end > 0 && int.TryParse(name.AsSpan(end + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var number)
            ? (name[..end], number)
            : throw new UsageException($"--slot {name} is not LAUNCHER/NUMBER. It is an option of workers that a launcher starts.");
    }

    /// <summary>Takes a slot; one whose process is being ended is waited for.</summary>
    /// <exception cref="NodeException">Another process has it.</exception>
    public static WorkerSlot Take(RunFolder folder, string name, CliContext context)
    {
        Directory.CreateDirectory(folder.Nodes);
        for (var begin = context.Time.GetTimestamp(); ;)
        {
            try
            {
                return new WorkerSlot(new FileStream(PathOf(folder, name), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException e) when (e is not (DirectoryNotFoundException or FileNotFoundException))
            {
                if (context.Time.GetElapsedTime(begin) > Patience || context.Cancellation.WaitHandle.WaitOne(Pause))
                {
                    throw new NodeException(ExitCodes.Cluster, $"another process is worker {name} of the job already: {e.Message} Its launcher takes it over.", e);
                }
            }
        }
    }

    /// <summary>The exit code that the last process of a slot has left; <see cref="DetachedProcess.UnknownCode"/> where that was another one, or it was killed.</summary>
    public static int CodeOf(RunFolder folder, string name, int process)
    {
        try
        {
            return File.ReadAllText(PathOf(folder, name)).Split(' ') is [var id, var code]
                && int.TryParse(id, CultureInfo.InvariantCulture, out var who) && who == process && int.TryParse(code, CultureInfo.InvariantCulture, out var value)
                ? value
                : DetachedProcess.UnknownCode;
        }
        catch (IOException)
        {
            return DetachedProcess.UnknownCode;
        }
    }

    /// <summary>Leaves the exit code of this process.</summary>
    public void Leave(int code)
    {
        try
        {
            file.SetLength(0);
            file.Write(System.Text.Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{Environment.ProcessId} {code}")));
            file.Flush();
        }
        catch (IOException)
        {
            // Then the launcher does not know it, and starts another worker, which says why it cannot go on.
        }
    }

    /// <inheritdoc/>
    public void Dispose() => file.Dispose();

    private static string PathOf(RunFolder folder, string name) => Path.Combine(folder.Nodes, name.Replace('/', '-') + ".slot");
}
