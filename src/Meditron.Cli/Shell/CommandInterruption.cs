using System.Runtime.InteropServices;

namespace Meditron.Cli.Shell;

/// <summary>Lets Ctrl-C (or SIGTERM) stop the command that runs, and the program where none does or it comes twice.</summary>
internal sealed class CommandInterruption : IDisposable
{
    private readonly List<PosixSignalRegistration> registrations = [];
    private readonly Lock sync = new();
    private CancellationTokenSource? running;

    /// <summary>Starts to listen.</summary>
    public CommandInterruption()
    {
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGINT, OnSignal));
        registrations.Add(PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal));
    }

    /// <summary>Runs a command, which the next signal stops.</summary>
    public async Task<T> Run<T>(Func<CancellationToken, Task<T>> command)
    {
        using var source = new CancellationTokenSource();
        Set(source);
        try
        {
            return await command(source.Token);
        }
        finally
        {
            Set(null);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        foreach (var registration in registrations)
        {
            registration.Dispose();
        }
    }

    private void Set(CancellationTokenSource? source)
    {
        lock (sync)
        {
            running = source;
        }
    }

    private void OnSignal(PosixSignalContext context)
    {
        context.Cancel = true;
        lock (sync)
        {
            if (running is { IsCancellationRequested: false })
            {
                running.Cancel();
                return;
            }
        }

        Environment.Exit(ExitCodes.Interrupted);
    }
}
