using System.ComponentModel;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;
using Meditron.Training.Distributed.Launching;
using Meditron.Training.Distributed.Protocol;
using Meditron.Training.Recovery.Copies;

namespace Meditron.Training.Distributed.Workers;

/// <summary>The machine that this process runs on.</summary>
/// <param name="host">The address at which other machines reach it, and state in its memory; null where none shall.</param>
/// <param name="timeout">How long another machine may take for anything when state moves.</param>
internal sealed class LocalMachine(string? host = null, TimeSpan timeout = default) : IMachine
{
    /// <inheritdoc/>
    public string Name => StateHolder.Machine;

    /// <inheritdoc/>
    public IStateHolder Hold(Action<WorkerEnded> ended) => new StateHolder(ended);

    /// <inheritdoc/>
    public IStateServer? Serve(string id, Action<CopyHeld> held)
    {
        if (host is null || (IPAddress.TryParse(host, out var address) ? IPAddress.IsLoopback(address) : host == "localhost"))
        {
            return null;
        }

        try
        {
            return new CopyServer(id, Name, host, timeout, held);
        }
        catch (SocketException)
        {
            // The job goes on without copies of this machine's, and says so.
            return null;
        }
    }

    /// <inheritdoc/>
    public string? End(int processId)
    {
        try
        {
            using var process = Process.GetProcessById(processId);
            if (!OwnProgram.IsRunBy(process.MainModule?.FileName))
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
