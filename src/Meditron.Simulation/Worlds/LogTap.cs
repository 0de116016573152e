namespace Meditron.Simulation.Worlds;

/// <summary>Takes a system's log entries into the world's event log in the publisher's own call, so that logging changes no schedule.</summary>
internal sealed class LogTap(NodeProcess process, ActorSystemImpl system) : MinimalActorRef
{
    public override ActorPath Path { get; } = system.SystemGuardian.Path / "world-log";

    public override IActorRefProvider Provider => system.Provider;

    protected override void TellInternal(object message, IActorRef? sender)
    {
        if (message is LogEvent entry)
        {
            if (entry is Error error)
            {
                process.World.ErrorLogged?.Invoke(process, error);
            }

            if (process.World.Log.IsOn)
            {
                var cause = entry.Cause is { } e ? $" ({e.GetType().Name}: {e.Message})" : "";
                process.World.Note(process.Name, $"{entry.LogLevel().ToString()[..4].ToLowerInvariant()} {ShortSource(entry.LogSource)} {entry.Message}{cause}");
            }
        }
    }

    // Without the address, which the line has already.
    private static string ShortSource(string source)
    {
        var slashes = source.IndexOf("://", StringComparison.Ordinal);
        var path = slashes < 0 ? -1 : source.IndexOf('/', slashes + 3);
        return path < 0 ? source : source[path..];
    }
}
