using System.Globalization;

namespace Meditron.Cmd.Palettes;

/// <summary>Carries out the commands of the palette <c>log</c>.</summary>
internal sealed class LogHandler : CommandHandlerActor
{
    private readonly IActorRef _buffer;
    private IActorRef _client = ActorRefs.Nobody;

    public LogHandler(IActorRef buffer)
        : base(LogCommands.LogPalette)
    {
        _buffer = buffer;
        Process("view", command => Look(command, 100));
        Process("peek", command => Look(command, 10));
        Process("tail", Tail);
    }

    private void Look(Command command, int usualCount)
    {
        var count = usualCount;
        if (command.GetValue("count") is { } given && (!int.TryParse(given, NumberStyles.None, CultureInfo.InvariantCulture, out count) || count < 1))
        {
            Sender.Tell(new ErroredCommandResponse($"The count is '{given}'; allowed is a whole number above 0."));
            return;
        }

        if (Query(command) is { } query)
        {
            _client = Sender;
            Become(() => Receive<LogBuffer.Found>(found => Reply(string.Join('\n', found.Entries.TakeLast(count).Select(entry => entry.Text)), final: true)));
            _buffer.Tell(query);
        }
    }

    private void Tail(Command command)
    {
        if (Query(command) is not { } query)
        {
            return;
        }

        _client = Sender;
        Become(() => Receive<LogEntry>(entry => Reply(entry.Text, final: false)));
        if (LevelOf(Context.System.Settings.LogLevel) is { } logged && logged > query.Level && command.Has("level"))
        {
            Reply($"(This node logs from {Context.System.Settings.LogLevel} on: akka.loglevel.)", final: false);
        }

        _buffer.Tell(new LogBuffer.Follow(Self, query));
    }

    private LogQuery? Query(Command command)
    {
        var level = LogLevel.DebugLevel;
        if (command.GetValue("level") is { } name)
        {
            if (LevelOf(name) is not { } named)
            {
                Sender.Tell(new ErroredCommandResponse($"The level is '{name}'; allowed are debug, info, warning and error."));
                return null;
            }

            level = named;
        }

        var since = DateTime.MinValue;
        if (command.Definition.ArgumentsByName.ContainsKey("since") && command.GetValue("since") is { } text)
        {
            if (Durations.Parse(text) is not { } past)
            {
                Sender.Tell(new ErroredCommandResponse($"The time is '{text}'; allowed are times such as 30s, 5m, 2h and 1d."));
                return null;
            }

            since = Context.System.Scheduler.Now.UtcDateTime - past;
        }

        return new LogQuery(level, since, command.GetValue("text") ?? "");
    }

    private void Reply(string text, bool final) => _client.Tell(new CommandResponse(text, final));

    private static LogLevel? LevelOf(string name) => name.ToUpperInvariant() switch
    {
        "DEBUG" => LogLevel.DebugLevel,
        "INFO" => LogLevel.InfoLevel,
        "WARNING" or "WARN" => LogLevel.WarningLevel,
        "ERROR" => LogLevel.ErrorLevel,
        _ => null,
    };
}
