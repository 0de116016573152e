namespace Meditron.Actors.Tests.Specs;

/// <summary>Logging of whole systems, through a logger that keeps what it gets.</summary>
public sealed class LoggingSpec : IDisposable
{
    private static readonly TimeSpan _deadline = TimeSpan.FromSeconds(60);
    private static int _systems;

    private readonly string _name = $"logging{Interlocked.Increment(ref _systems)}";
    private ActorSystem? _system;

    public void Dispose()
    {
        Assert.True(_system?.Terminate().Wait(_deadline) ?? true);
        KeepingLogger.Kept.TryRemove(_name, out _);
    }

    [Theory]
    [InlineData("DEBUG", "debug info warning error")]
    [InlineData("INFO", "info warning error")]
    [InlineData("WARNING", "warning error")]
    [InlineData("ERROR", "error")]
    [InlineData("OFF", "")]
    public void Events_from_the_level_on_are_written(string level, string expected)
    {
        var log = Start($"loglevel = {level}").Log;
        log.Debug("debug");
        log.Info("info");
        log.Warning("warning");
        log.Error("error");
        _system!.EventStream.SetLogLevel(LogLevel.DebugLevel);
        log.Error("last");

        Assert.Equal($"{expected} last".Trim(), string.Join(' ', Until("last").Select(e => $"{e.Message}").Where(m => "debug info warning error last".Contains(m, StringComparison.Ordinal))));
        Assert.Equal(level == "DEBUG", Logging.LogLevelFor(level) == LogLevel.DebugLevel);
    }

    [Fact]
    public void A_text_is_made_of_its_format_and_its_values_when_it_is_written()
    {
        var log = Start("loglevel = INFO").Log;
        var made = 0;
        log.Debug("not written {0}", new Counted(() => made++));
        log.Info("{0} of {1}", 3, "four");
        log.Error(new FormatException("boom"), "failed at {0}", 7);

        Assert.Equal("3 of four", Next(e => e.LogLevel() == LogLevel.InfoLevel && $"{e.Message}".Contains("of", StringComparison.Ordinal)).Message!.ToString());
        var error = Next(e => e.LogLevel() == LogLevel.ErrorLevel);
        Assert.Equal(("failed at 7", "boom"), (error.Message!.ToString(), error.Cause!.Message));
        Assert.Equal(0, made);
    }

    [Fact]
    public void A_format_that_does_not_fit_still_gives_a_line()
    {
        Start("loglevel = INFO").Log.Info("{0} and {1}", "only one");

        Assert.Contains("only one", Next(e => $"{e.Message}".Contains("and", StringComparison.Ordinal)).ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void A_value_that_cannot_be_written_harms_nobody()
    {
        Start("loglevel = INFO").Log.Info("value {0}", new Counted(() => throw new FormatException("boom")));

        Assert.NotEmpty(Next(e => $"{e}".Contains("value", StringComparison.Ordinal)).ToString());
    }

    [Fact]
    public void Events_of_an_actor_name_its_path_and_class()
    {
        Start("loglevel = INFO").ActorOf(Props.Create(() => new Talker()), "talker").Tell("hello");
        var entry = Next(e => $"{e.Message}" == "hello");

        Assert.Contains("/user/talker", entry.LogSource, StringComparison.Ordinal);
        Assert.Equal(typeof(Talker), entry.LogClass);
    }

    [Fact]
    public void Dead_letters_are_logged_until_there_are_enough_of_them()
    {
        var system = Start("loglevel = INFO, log-dead-letters = 2, log-dead-letters-suspend-duration = infinite");
        for (var i = 0; i < 5; i++)
        {
            system.DeadLetters.Tell($"letter {i}", ActorRefs.NoSender);
        }

        system.Log.Info("last");
        var letters = Until("last").Where(e => $"{e.Message}".Contains("letter ", StringComparison.Ordinal) || $"{e.Message}".Contains("Message [String]", StringComparison.Ordinal)).ToList();
        Assert.InRange(letters.Count, 0, 2);
    }

    [Theory]
    [InlineData("on", true)]
    [InlineData("off", false)]
    public async Task Dead_letters_of_a_systems_end_are_logged_where_that_is_wanted(string during, bool logged)
    {
        var system = Start($"loglevel = INFO, log-dead-letters = on, log-dead-letters-during-shutdown = {during}, actor.own {{ type = PinnedDispatcher }}");
        List<LogEvent> entries = [];
        Action look = () => entries = Take(e => $"{e.Message}".Contains(logged ? nameof(Goodbye) : "said all", StringComparison.Ordinal));
        system.ActorOf(Props.Create(() => new LastWord(look)).WithDispatcher("akka.actor.own"));
        await system.Terminate().WaitAsync(_deadline);

        Assert.Equal(logged, entries.Exists(e => $"{e.Message}".Contains(nameof(Goodbye), StringComparison.Ordinal)));
    }

    [Fact]
    public void Failures_of_actors_are_logged_with_their_cause()
    {
        var actor = Start("loglevel = INFO").ActorOf<NamedActor>("failing");
        actor.Tell(new FormatException("boom"));
        var entry = Next(e => e.Cause is FormatException);

        Assert.Equal(LogLevel.ErrorLevel, entry.LogLevel());
        Assert.Contains("/user/failing", entry.LogSource, StringComparison.Ordinal);
    }

    [BundledFact("Akka.NET waits for its loggers when a system starts")]
    public void A_logger_that_does_not_get_ready_is_reported_and_holds_nobody_up()
    {
        var system = Start(
            "loglevel = INFO, logger-startup-timeout = 50 ms",
            "\"Meditron.Actors.Tests.Specs.SilentLogger, Meditron.Actors.Tests\"");
        system.Log.Info("started");

        Assert.Contains("did not answer InitializeLogger", Next(e => $"{e.Message}".Contains("SilentLogger", StringComparison.Ordinal)).Message!.ToString(), StringComparison.Ordinal);
    }

    [BundledTheory("Akka.NET logs these and goes on")]
    [InlineData("loggers = [\"No.Such, Logger\"]", "akka.loggers names the type 'No.Such, Logger'")]
    [InlineData("loggers = [\"System.String\"]", "akka.loggers names System.String, which is no actor")]
    [InlineData("loglevel = LOUD", "There is no log level 'LOUD'")]
    [InlineData("logger-formatter = \"System.Object\"", "akka.logger-formatter names System.Object")]
    public void A_logger_that_cannot_be_is_refused_by_its_key(string settings, string why)
    {
        var refused = Assert.ThrowsAny<Exception>(() => ActorSystem.Create(_name, $"akka {{ stdout-loglevel = OFF, {settings} }}"));

        Assert.Contains(why, refused.Message, StringComparison.Ordinal);
    }

    private ActorSystem Start(string settings, string more = "") => _system = ActorSystem.Create(
        _name,
        $"akka {{ stdout-loglevel = OFF, loggers = [\"Meditron.Actors.Tests.Specs.KeepingLogger, Meditron.Actors.Tests\"{(more.Length > 0 ? ", " : "")}{more}], {settings} }}");

    private LogEvent Next(Func<LogEvent, bool> wanted) => Take(wanted)[^1];

    private List<LogEvent> Until(string text) => Take(e => $"{e.Message}" == text);

    private List<LogEvent> Take(Func<LogEvent, bool> until)
    {
        var taken = new List<LogEvent>();
        var kept = KeepingLogger.Of(_name);
        while (kept.TryTake(out var entry, _deadline))
        {
            taken.Add(entry);
            if (until(entry))
            {
                return taken;
            }
        }

        throw new TimeoutException($"The entry did not come; there were: {string.Join("; ", taken)}");
    }

    private sealed class Counted(Action made)
    {
        public override string ToString()
        {
            made();
            return "made";
        }
    }

    private sealed class Goodbye;

    /// <summary>Sends a message to nobody when it ends, and keeps its system from ending until the log was looked at.</summary>
    private sealed class LastWord(Action look) : UntypedActor
    {
        protected override void PostStop()
        {
            Context.System.DeadLetters.Tell(new Goodbye());
            Context.System.Log.Info("said all");
            look();
        }

        protected override void OnReceive(object message)
        {
        }
    }

    private sealed class Talker : ReceiveActor
    {
        public Talker() => Receive<string>(message => Context.GetLogger().Info(message));
    }
}
