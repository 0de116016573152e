using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using Meditron.Training.Distributed.Launching;

namespace Meditron.Cli.Jobs;

/// <summary>Starts workers as processes of this program, each with a log of its own in the run's folder.</summary>
/// <param name="options">The options that give every worker its configuration.</param>
/// <param name="devices">The device of each slot.</param>
/// <param name="logs">The folder of the logs.</param>
internal sealed partial class WorkerProcesses(IReadOnlyList<string> options, IReadOnlyList<string> devices, string logs) : IWorkerProcesses
{
    /// <summary>Exit codes of workers that would end the same way again.</summary>
    public static readonly IReadOnlyList<int> FinalCodes = [ExitCodes.Configuration, ExitCodes.Usage, ExitCodes.Data, ExitCodes.OutOfMemory];

    private const int Sigterm = 15;

    /// <inheritdoc/>
    public IWorkerProcess Start(int slot, bool standby, Action<int> exited)
    {
        Directory.CreateDirectory(logs);
        var log = new StreamWriter(new FileStream(Path.Combine(logs, string.Create(CultureInfo.InvariantCulture, $"worker-{slot}.log")), FileMode.Append, FileAccess.Write, FileShare.ReadWrite)) { AutoFlush = true };
        var info = new ProcessStartInfo(Environment.ProcessPath ?? "dotnet") { RedirectStandardOutput = true, RedirectStandardError = true, RedirectStandardInput = true, UseShellExecute = false };
        if (Path.GetFileNameWithoutExtension(info.FileName) == "dotnet")
        {
            info.ArgumentList.Add(typeof(WorkerProcesses).Assembly.Location);
        }

        foreach (var argument in (string[])["node", "--role", standby ? "standby" : "worker", .. options, "-c", $"meditron.device={devices[slot]}"])
        {
            info.ArgumentList.Add(argument);
        }

        var process = new Process { StartInfo = info, EnableRaisingEvents = true };
        try
        {
            process.OutputDataReceived += (_, line) => Write(log, line.Data);
            process.ErrorDataReceived += (_, line) => Write(log, line.Data);
            process.Exited += (_, _) => exited(process.ExitCode);
            process.Start();
            process.BeginOutputReadLine();
            process.BeginErrorReadLine();
            return new WorkerProcess(process, log);
        }
        catch (System.ComponentModel.Win32Exception exception)
        {
            log.Dispose();
            process.Dispose();
            throw new IOException($"{info.FileName} cannot be started: {exception.Message}", exception);
        }
    }

    /// <summary>Asks a process of this machine to end.</summary>
    public static void Terminate(int process) => Signal(process, Sigterm);

    private static void Write(StreamWriter log, string? line)
    {
        if (line is not null)
        {
            lock (log)
            {
                if (log.BaseStream.CanWrite)
                {
                    log.WriteLine(line);
                }
            }
        }
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Signal(int process, int signal);

    private sealed class WorkerProcess(Process process, StreamWriter log) : IWorkerProcess
    {
        public int Id { get; } = process.Id;

        public void Terminate() => WorkerProcesses.Terminate(Id);

        public void Kill()
        {
            if (!process.HasExited)
            {
                process.Kill();
            }
        }

        public void Dispose()
        {
            lock (log)
            {
                log.Dispose();
            }

            process.Dispose();
        }
    }
}
