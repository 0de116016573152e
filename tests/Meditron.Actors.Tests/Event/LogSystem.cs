using System.Collections.Concurrent;

namespace Meditron.Actors.Tests.Specs;

/// <summary>A logger that keeps what it is given, by the name of the system it logs for.</summary>
public sealed class KeepingLogger : ReceiveActor
{
    public static readonly ConcurrentDictionary<string, BlockingCollection<LogEvent>> Kept = new(StringComparer.Ordinal);

    public KeepingLogger()
    {
        var kept = Of(Context.System.Name);
        Receive<InitializeLogger>(_ => Sender.Tell(new LoggerInitialized()));
        Receive<LogEvent>(kept.Add);
    }

    public static BlockingCollection<LogEvent> Of(string system) => Kept.GetOrAdd(system, _ => []);
}

/// <summary>A logger that never says that it is ready.</summary>
public sealed class SilentLogger : ReceiveActor
{
    public SilentLogger() => ReceiveAny(_ => { });
}
