using System.ComponentModel;
using System.Diagnostics;
using Meditron.Training.Distributed.Protocol;

namespace Meditron.Training.Distributed.Workers;

/// <summary>The machine that this process runs on.</summary>
internal sealed class LocalMachine : IMachine
{
    /// <inheritdoc/>
    public string Name => StateHolder.Machine;

    /// <inheritdoc/>
    public IStateHolder Hold(Action<WorkerEnded> ended) => new StateHolder(ended);

    /// <inheritdoc/>
    public string? End(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            if (process.MainModule?.FileName != Environment.ProcessPath)
            {
                return "it runs another program";
            }

            process.Kill();
            return null;
        }
        catch (Exception exception) when (exception is ArgumentException or InvalidOperationException or Win32Exception)
        {
            return exception.Message;
        }
    }
}
