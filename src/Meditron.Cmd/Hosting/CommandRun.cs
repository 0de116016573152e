using System.Text;
using Meditron.Cmd.Wire;

namespace Meditron.Cmd.Hosting;

/// <summary>One command of a client: its handler answers here, and it is over when the handler says so, fails, takes too long or is stopped.</summary>
internal sealed class CommandRun : ReceiveActor, IWithTimers
{
    private readonly uint _id;
    private readonly Command _command;
    private readonly CommandPaletteHandler _palette;
    private readonly CmdSettings _settings;
    private readonly ILoggingAdapter _log = Context.GetLogger();
    private Exception? _failure;
    private long _left;
    private bool _over;

    public CommandRun(uint id, Command command, CommandPaletteHandler palette, CmdSettings settings)
    {
        _id = id;
        _command = command;
        _palette = palette;
        _settings = settings;
        _left = command.Definition.Streams ? long.MaxValue : settings.MaxResponseSize;
        Receive<CommandResponse>(Respond);
        Receive<Status.Failure>(failure => End(Ended.Types.Status.Failed, failure.Cause.Message));
        Receive<Terminated>(_ => HandlerEnded());
        Receive<Expired>(_ => End(Ended.Types.Status.Failed, $"'{_command}' has not answered within {Limit.TotalSeconds:0.###} s."));
        Receive<Stop>(_ => End(Ended.Types.Status.Cancelled, ""));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    private TimeSpan Limit => _command.Definition.Timeout ?? _settings.CommandTimeout;

    protected override void PreStart()
    {
        var handler = Context.ActorOf(MeditronCmd.OnDispatcher(_palette.HandlerProps), "handler");
        Context.Watch(handler);
        handler.Tell(_command);
        if (!_command.Definition.Streams)
        {
            Timers.StartSingleTimer(Expired.Instance, Expired.Instance, Limit);
        }
    }

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(failure =>
    {
        _failure = failure;
        return Directive.Stop;
    });

    private void Respond(CommandResponse response)
    {
        if (_over)
        {
            return;
        }

        if (response.Errored)
        {
            End(Ended.Types.Status.Failed, response.Message);
            return;
        }

        if (response.Message.Length > 0)
        {
            Say(response.Message);
        }

        if (response.Final && !_over)
        {
            End(Ended.Types.Status.Done, "");
        }
    }

    private void Say(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        if (size > _left)
        {
            Context.Parent.Tell(new Says(_id, TextPieces.Cut(text, (int)_left)));
            End(Ended.Types.Status.Failed, $"The answer is longer than {_settings.MaxResponseSize} bytes (meditron.cmd.max-response-size) and was cut; ask for less.");
            return;
        }

        _left -= size;
        Context.Parent.Tell(new Says(_id, text));
    }

    private void HandlerEnded()
    {
        if (_failure is null)
        {
            End(Ended.Types.Status.Failed, $"'{_command}' has ended without an answer. This is a fault of the program.");
            return;
        }

        var cause = _failure is ActorInitializationException { InnerException: { } inner } ? inner : _failure;
        _log.Error(_failure, "The command {0} failed", _command);
        End(Ended.Types.Status.Failed, $"'{_command}' failed: {cause.GetType().Name}: {cause.Message}");
    }

    private void End(Ended.Types.Status status, string message)
    {
        if (!_over)
        {
            _over = true;
            Context.Parent.Tell(new Over(_id, status, message));
            Context.Stop(Self);
        }
    }

    /// <summary>Text for the client.</summary>
    internal sealed record Says(uint Id, string Text) : INoSerializationVerificationNeeded;

    /// <summary>The command has ended.</summary>
    internal sealed record Over(uint Id, Ended.Types.Status Status, string Message) : INoSerializationVerificationNeeded;

    /// <summary>The client has stopped the command.</summary>
    internal sealed class Stop : INoSerializationVerificationNeeded
    {
        public static readonly Stop Instance = new();
    }

    private sealed class Expired : INoSerializationVerificationNeeded
    {
        public static readonly Expired Instance = new();
    }
}
