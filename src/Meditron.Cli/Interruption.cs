using System.Runtime.InteropServices;

namespace Meditron.Cli;

/// <summary>Turns the first Ctrl-C (or SIGTERM) into a cancellation, so that a command can end cleanly, and the second into an exit at once.</summary>
internal sealed class Interruption : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    /// <summary>Starts to listen.</summary>
    public Interruption() =>
        registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal), PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal)];

    /// <summary>Set by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }

        source.Dispose();
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        if (source.IsCancellationRequested)
        {
            Environment.Exit(ExitCodes.Interrupted);
        }

        Console.Error.WriteLine("meditron: stopping cleanly; press Ctrl-C again to stop at once.");
        source.Cancel();
    }
}
