using Meditron.Actors.Actor;

namespace Meditron.Actors.Event;

/// <summary>Waits, without holding anybody up, for a logger to say that it is ready, and reports one that does not.</summary>
internal sealed class LoggerStart : MinimalActorRef
{
    private readonly IActorRef _logger;
    private readonly ActorSystemImpl _system;
    private ICancelable? _report;
    private volatile bool _ready;

    internal LoggerStart(IActorRef logger, ActorSystemImpl system)
    {
        _logger = logger;
        _system = system;
        Path = logger.Path / "start";
    }

    public override ActorPath Path { get; }

    public override IActorRefProvider Provider => _system.Provider;

    internal void ReportAfter(TimeSpan timeout)
    {
        if (_ready || timeout <= TimeSpan.Zero)
        {
            return;
        }

        _report = _system.Scheduler.Advanced.ScheduleOnceCancelable(timeout, () => Report(timeout));
        if (_ready)
        {
            _report.Cancel();
        }
    }

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is LoggerInitialized)
        {
            _ready = true;
            _report?.Cancel();
        }
    }

    private void Report(TimeSpan timeout)
    {
        if (!_ready)
        {
            _system.EventStream.Publish(new Warning(
                _logger.Path.ToString(),
                typeof(LoggingBus),
                $"The logger {_logger.Path.Name} did not answer InitializeLogger within {timeout} (akka.logger-startup-timeout); what it was sent may not have been written."));
        }
    }
}
