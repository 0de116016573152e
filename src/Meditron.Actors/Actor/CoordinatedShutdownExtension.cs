using Meditron.Actors.Configuration;
using Meditron.Actors.Util;

namespace Meditron.Actors.Actor;

/// <summary>Makes the coordinated shutdown of an actor system from its configuration.</summary>
public sealed class CoordinatedShutdownExtension : ExtensionIdProvider<CoordinatedShutdown>
{
    /// <inheritdoc/>
    public override CoordinatedShutdown CreateExtension(ExtendedActorSystem system)
    {
        ArgumentNullException.ThrowIfNull(system);
        Config config = system.Settings.Config;
        CoordinatedShutdown shutdown = new(system, ShutdownPhase.Load(config));
        bool terminate = config.GetBoolean("akka.coordinated-shutdown.terminate-actor-system", true);
        bool exit = config.GetBoolean("akka.coordinated-shutdown.exit-clr");
        ShutdownExitCodes codes = new(config);
        EngineRuntime runtime = ((ActorSystemImpl)system).Runtime;
        if (terminate || exit)
        {
            shutdown.AddTask(CoordinatedShutdown.PhaseActorSystemTerminate, "terminate-system", () => EndSystem(shutdown, runtime, terminate, exit ? codes : null));
        }

        if (config.GetBoolean("akka.coordinated-shutdown.run-by-clr-shutdown-hook", true))
        {
            IDisposable hook = runtime.OnProcessExit(() =>
            {
                Task<Done> run = shutdown.Run(CoordinatedShutdown.ClrExitReason.Instance);
                return (run, shutdown.TotalTimeout);
            });
            system.WhenTerminated.OnCompleted(_ => hook.Dispose());
        }

        return shutdown;
    }

    private static Task<Done> EndSystem(CoordinatedShutdown shutdown, EngineRuntime runtime, bool terminate, ShutdownExitCodes? codes)
    {
        TaskCompletionSource<Done> ended = runtime.NewPromise<Done>();

        // A process that is ending already is not told to end once more: that call would wait for itself.
        bool exitNow = codes is not null && shutdown.ShutdownReason is not CoordinatedShutdown.ClrExitReason;
        if (!terminate)
        {
            Finish(null);
            return ended.Task;
        }

        if (exitNow)
        {
            // The process ends even if the system does not.
            shutdown.System.Scheduler.Advanced.ScheduleOnce(shutdown.Timeout(CoordinatedShutdown.PhaseActorSystemTerminate), Exit);
        }

        ((ActorSystemImpl)shutdown.System).FinalTerminate().OnCompleted(task => Finish(task.IsCompletedSuccessfully ? null : task.Failure()));
        return ended.Task;

        void Exit() => runtime.ExitProcess(codes!.Of(shutdown.ShutdownReason));

        void Finish(Exception? failure)
        {
            if (exitNow)
            {
                Exit();
            }

            if (failure is null)
            {
                ended.TrySetResult(Done.Instance);
            }
            else
            {
                ended.TrySetException(failure);
            }
        }
    }
}
