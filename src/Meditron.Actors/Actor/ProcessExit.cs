using System.Runtime.InteropServices;

namespace Meditron.Actors.Actor;

/// <summary>
/// Runs the shutdown of all actor systems of this process when it ends, by SIGTERM or by leaving Main, and waits for them. The
/// only place that knows how a process ends.
/// </summary>
internal static class ProcessExit
{
    private const int Terminated = 128 + 15;
    private static readonly Lock Sync = new();
    private static readonly List<Func<(Task Run, TimeSpan Timeout)>> Hooks = [];
    private static PosixSignalRegistration? _signal;
    private static bool _listening;
    private static volatile bool _terminating;

    internal static IDisposable Register(Func<(Task Run, TimeSpan Timeout)> shutdown)
    {
        lock (Sync)
        {
            if (!_listening)
            {
                _listening = true;
                AppDomain.CurrentDomain.ProcessExit += (_, _) => RunAll();
            }

            Hooks.Add(shutdown);
            _signal ??= PosixSignalRegistration.Create(PosixSignal.SIGTERM, OnSignal);
        }

        return new Registration(shutdown);
    }

    internal static void Exit(int code) => StartExit(code);

    private static void OnSignal(PosixSignalContext context)
    {
        // The runtime would end the process at once; ending it ourselves raises ProcessExit, which waits for the systems.
        context.Cancel = true;
        _terminating = true;
        StartExit(Terminated);
    }

    private static void StartExit(int code)
    {
        Thread thread = new(() => Environment.Exit(code)) { IsBackground = true, Name = "process-exit" };
        thread.Start();
    }

    private static void RunAll()
    {
        Func<(Task Run, TimeSpan Timeout)>[] hooks;
        lock (Sync)
        {
            hooks = [.. Hooks];
        }

        (Task Run, TimeSpan Timeout)[] running = Array.ConvertAll(hooks, start => start());
        if (running.Length == 0)
        {
            return;
        }

        try
        {
            if (Task.WaitAll(Array.ConvertAll(running, r => r.Run), running.Max(r => r.Timeout)) && _terminating)
            {
                // Asked to end, and ended in order: that is no failure.
                Environment.ExitCode = 0;
            }
        }
        catch (AggregateException)
        {
            // Each system has logged its own failure; the process ends all the same.
        }
    }

    private sealed class Registration(Func<(Task Run, TimeSpan Timeout)> shutdown) : IDisposable
    {
        public void Dispose()
        {
            lock (Sync)
            {
                Hooks.Remove(shutdown);
                if (Hooks.Count == 0)
                {
                    _signal?.Dispose();
                    _signal = null;
                }
            }
        }
    }
}
