using System.Runtime.InteropServices;

namespace Meditron.Cli;

/// <summary>Turns the first Ctrl-C (or SIGTERM) into a cancellation, so that a command can end cleanly, and the second into an exit at once.</summary>
internal sealed class Interruption(string message) : IDisposable
{
    private readonly CancellationTokenSource source = new();
    private readonly List<PosixSignalRegistration> registrations = [];

    /// <summary>Set by the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>Starts to listen.</summary>
    public Interruption Listen()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
        return this;
    }

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

        Console.Error.WriteLine($"meditron: {message}; press Ctrl-C again to stop at once.");
        source.Cancel();
    }
}
