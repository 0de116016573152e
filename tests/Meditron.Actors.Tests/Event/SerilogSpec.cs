using System.Collections.Concurrent;
using Serilog;
using Serilog.Core;
using Serilog.Events;

namespace Meditron.Actors.Tests.Specs;

/// <summary>Serilog's logger is one for the process: only these tests set it.</summary>
public sealed class SerilogSpec : IDisposable, ILogEventSink
{
    private readonly BlockingCollection<Serilog.Events.LogEvent> _written = [];
    private readonly Serilog.ILogger _before = Serilog.Log.Logger;
    private readonly ActorSystem _system;

    public SerilogSpec()
    {
        Serilog.Log.Logger = new LoggerConfiguration().MinimumLevel.Debug().WriteTo.Sink(this).CreateLogger();
        _system = ActorSystem.Create(
            "serilog", "akka { stdout-loglevel = OFF, loglevel = INFO, loggers = [\"Akka.Logger.Serilog.SerilogLogger, Akka.Logger.Serilog\"] }");
    }

    void ILogEventSink.Emit(Serilog.Events.LogEvent logEvent) => _written.Add(logEvent);

    public void Dispose()
    {
        Assert.True(_system.Terminate().Wait(TimeSpan.FromSeconds(60)));
        Serilog.Log.Logger = _before;
        _written.Dispose();
    }

    [Fact]
    public void Template_and_values_are_kept_apart()
    {
        _system.Log.Info("epoch {Epoch} of {Epochs}", 3, 10);
        var entry = Next(e => e.MessageTemplate.Text.StartsWith("epoch", StringComparison.Ordinal));

        Assert.Equal("epoch {Epoch} of {Epochs}", entry.MessageTemplate.Text);
        Assert.Equal("3", entry.Properties["Epoch"].ToString());
        Assert.Equal("epoch 3 of 10", entry.RenderMessage(System.Globalization.CultureInfo.InvariantCulture));
        Assert.Equal(LogEventLevel.Information, entry.Level);
    }

    [Fact]
    public void Events_name_their_source_and_keep_their_cause()
    {
        _system.ActorOf<NamedActor>("failing").Tell(new FormatException("boom"));
        var entry = Next(e => e.Exception is FormatException);

        Assert.Equal(LogEventLevel.Error, entry.Level);
        Assert.Contains("/user/failing", entry.Properties["LogSource"].ToString(), StringComparison.Ordinal);
        Assert.Contains("SourceContext", entry.Properties.Keys);
    }

    private Serilog.Events.LogEvent Next(Func<Serilog.Events.LogEvent, bool> wanted)
    {
        while (_written.TryTake(out var entry, TimeSpan.FromSeconds(60)))
        {
            if (wanted(entry))
            {
                return entry;
            }
        }

        throw new TimeoutException("The entry did not come.");
    }
}
