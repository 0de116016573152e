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
        CancellationTokenSource? source;
        lock (sync)
        {
            source = running;
        }

        if (source is null || !TryCancel(source))
        {
            Environment.Exit(ExitCodes.Interrupted);
        }
    }

    // Outside the lock, as what the command does next may run within.
    private static bool TryCancel(CancellationTokenSource source)
    {
        if (source.IsCancellationRequested)
        {
            return false;
        }

        try
        {
            source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // The command has just ended.
        }

        return true;
    }
}
